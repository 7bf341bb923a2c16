//! Links between the files of the repository lead somewhere.

use crate::repo::Repo;
use crate::step::{Outcome, Step, none_at};
use std::path::Path;

pub(crate) const STEP: Step = Step {
    name: "links",
    about: "links in Markdown that stay inside the repository lead to a file",
    run,
};

fn run(repo: &Repo) -> Outcome {
    let mut dead = Vec::new();
    for path in repo.files_with("md")? {
        let directory = repo.root.join(&path);
        let directory = directory.parent().unwrap_or(Path::new(""));
        for target in targets(&repo.read(&path)?) {
            if !directory.join(&target).exists() {
                dead.push(format!("{path}: {target}"));
            }
        }
    }
    none_at("dead links", &dead)
}

/// The files that a Markdown text links to, outside its code blocks.
fn targets(markdown: &str) -> Vec<String> {
    let mut in_code = false;
    let mut targets = Vec::new();
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        let links = line
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let files = links.filter_map(|link| link.split('#').next());
        let local = files.filter(|file| !in_code && !file.is_empty() && !file.contains(':'));
        targets.extend(local.map(str::to_owned));
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::targets;

    #[test]
    fn only_files_are_targets() {
        let text =
            "[a](b.md) and [c](d/e.md#f), [g](#h), [i](https://example.com)\n```\n[j](k)\n```\n";
        assert_eq!(targets(text), ["b.md", "d/e.md"]);
    }
}
