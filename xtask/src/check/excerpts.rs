//! Code that a page quotes from a file stands in that file.

use crate::repo::Repo;
use crate::step::{Outcome, Step, none_at};

pub(crate) const STEP: Step = Step {
    name: "excerpts",
    about: "a code block after `<!-- from FILE -->` stands in that file, which the tests run",
    run,
};

fn run(repo: &Repo) -> Outcome {
    let mut strange = Vec::new();
    for path in repo.files_with("md")? {
        for (file, block) in excerpts(&repo.read(&path)?) {
            if !repo.read(file)?.contains(block) {
                strange.push(format!("{path}: from {file}"));
            }
        }
    }
    none_at("excerpts that are not in their file", &strange)
}

/// The files that a Markdown text quotes, each with what it quotes.
fn excerpts(markdown: &str) -> Vec<(&str, &str)> {
    markdown
        .split("<!-- from ")
        .skip(1)
        .filter_map(|rest| {
            let (file, rest) = rest.split_once(" -->\n```")?;
            let (_language, rest) = rest.split_once('\n')?;
            let (block, _) = rest.split_once("```")?;
            Some((file, block))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::excerpts;

    #[test]
    fn only_marked_blocks_are_excerpts() {
        let text = "```c\nint a;\n```\n<!-- from b/c.rs -->\n```rust\nlet d = 1;\n```\n";
        assert_eq!(excerpts(text), [("b/c.rs", "let d = 1;\n")]);
    }
}
