//! Which packages reach users, as `cargo metadata` tells them.

use serde_json::Value;

/// The ids of these packages and all that they need, but for tests and benches alone.
pub(crate) fn shipped_with(metadata: &Value, packages: &[Value]) -> Vec<Value> {
    let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
    let nodes = list(&metadata["resolve"]["nodes"]);
    let mut reached = packages.to_vec();
    let mut next = 0;
    while let Some(id) = reached.get(next) {
        next += 1;
        let node = nodes.iter().find(|node| node["id"] == *id);
        for dependency in node.map(|node| list(&node["deps"])).unwrap_or_default() {
            let for_use = list(&dependency["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"] != "dev");
            if for_use && !reached.contains(&dependency["pkg"]) {
                reached.push(dependency["pkg"].clone());
            }
        }
    }
    reached
}
