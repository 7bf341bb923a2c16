//! Which packages reach users, as `cargo metadata` tells them.

use serde_json::Value;

/// The ids of these packages and all that they need, but for tests and benches alone.
pub(crate) fn shipped_with(metadata: &Value, packages: &[Value]) -> Vec<Value> {
    reached(metadata, packages, |kind, _| kind != "dev")
}

/// The ids of these packages and all whose code is in what they are compiled to: nothing that runs while they are built.
pub(crate) fn linked_with(metadata: &Value, packages: &[Value]) -> Vec<Value> {
    let is_macro = |package: &&Value| {
        let mut targets = list(&package["targets"]).iter();
        targets.any(|target| {
            list(&target["kind"])
                .iter()
                .any(|kind| kind == "proc-macro")
        })
    };
    let macros: Vec<&Value> = list(&metadata["packages"])
        .iter()
        .filter(is_macro)
        .map(|package| &package["id"])
        .collect();
    reached(metadata, packages, |kind, id| {
        kind.is_null() && !macros.contains(&id)
    })
}

/// These and all that they need, where `follow` says so of the kind of a need and of the id that is needed.
fn reached(
    metadata: &Value,
    packages: &[Value],
    follow: impl Fn(&Value, &Value) -> bool,
) -> Vec<Value> {
    let nodes = list(&metadata["resolve"]["nodes"]);
    let mut reached = packages.to_vec();
    let mut next = 0;
    while let Some(id) = reached.get(next) {
        next += 1;
        let node = nodes.iter().find(|node| node["id"] == *id);
        for dependency in node.map(|node| list(&node["deps"])).unwrap_or_default() {
            let id = &dependency["pkg"];
            // With a target that is no platform, crates only pin each other's versions.
            let mut kinds = list(&dependency["dep_kinds"])
                .iter()
                .filter(|kind| kind["target"] != "cfg(any())");
            let followed = kinds.any(|kind| follow(&kind["kind"], id));
            if followed && !reached.contains(id) {
                reached.push(id.clone());
            }
        }
    }
    reached
}

/// The items of a list; none where it is none.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
