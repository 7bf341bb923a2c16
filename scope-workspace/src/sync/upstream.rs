//! Which branch of which remote repository a branch follows, as the repository's configuration says. Nothing of that
//! configuration reaches git but a URL and refspecs, each checked here.

use scope_git::files::{self, Config, Value};

/// Where references of a remote are kept, and nowhere else: a refspec that leads outside is passed over.
const TRACKING: &[u8] = b"refs/remotes/";

/// What is fetched from `origin` where the configuration names no refspec.
const USUAL: &str = "+refs/heads/*:refs/remotes/origin/*";

/// What a branch follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Upstream {
    /// What the remote is called.
    pub(super) remote: String,
    pub(super) url: String,
    /// What is fetched, for git's command line.
    pub(super) refspecs: Vec<String>,
    /// The branch there, in full.
    pub(super) merge: Vec<u8>,
    /// Which tags are fetched: `--tags`, `--no-tags`, or those of what is fetched.
    pub(super) tags: Option<&'static str>,
}

impl Upstream {
    /// The upstream of a branch; `None` where it has none that can be fetched.
    pub(super) fn of(config: &Config, branch: &[u8]) -> Option<Self> {
        let of_branch = |key| config.get("branch", Some(branch), key)?.text();
        let remote = of_branch("remote")?;
        let merge = of_branch("merge")?.to_vec();
        if !files::is_reference_name(&merge) {
            return None;
        }
        let of_remote = |key| config.get_all("remote", Some(remote), key);
        let url = of_remote("url").next()?.text()?;
        let mut refspecs: Vec<String> = of_remote("fetch")
            .filter_map(|value| refspec(value.text()?))
            .collect();
        let remote = str::from_utf8(remote).ok()?.to_owned();
        if refspecs.is_empty() && remote == "origin" {
            refspecs.push(USUAL.to_owned());
        }
        let tags = of_remote("tagopt").last().and_then(Value::text);
        Some(Self {
            remote,
            url: str::from_utf8(url).ok()?.to_owned(),
            refspecs,
            merge,
            tags: match tags {
                Some(b"--tags") => Some("--tags"),
                Some(b"--no-tags") => Some("--no-tags"),
                _ => None,
            },
        })
    }
}

/// A refspec that writes below `refs/remotes/`, or that leaves something out.
fn refspec(text: &[u8]) -> Option<String> {
    let text = str::from_utf8(text).ok()?;
    let is_pattern = |name: &str| {
        let sample = name.replacen('*', "x", 1);
        !name.is_empty() && files::is_reference_name(sample.as_bytes())
    };
    if let Some(from) = text.strip_prefix('^') {
        return is_pattern(from).then(|| text.to_owned());
    }
    let (from, to) = text.strip_prefix('+').unwrap_or(text).split_once(':')?;
    let is_good = is_pattern(from)
        && is_pattern(to)
        && from.contains('*') == to.contains('*')
        && to.as_bytes().starts_with(TRACKING);
    is_good.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upstream(text: &str, branch: &str) -> Option<Upstream> {
        Upstream::of(&Config::parse(text.as_bytes()).unwrap(), branch.as_bytes())
    }

    const FORK: &str = "[remote \"origin\"]\n\turl = https://host.test/acme/widget\n\
        \tfetch = +refs/heads/*:refs/remotes/origin/*\n\tfetch = +refs/pull/*/head:refs/remotes/origin/pr/*\n\
        [remote \"fork\"]\n\turl = https://host.test/me/widget\n\tfetch = +refs/heads/*:refs/remotes/fork/*\n\
        \tfetch = +refs/*:refs/*\n\ttagOpt = --no-tags\n\
        [branch \"main\"]\n\tremote = origin\n\tmerge = refs/heads/main\n\
        [branch \"topic/x\"]\n\tremote = fork\n\tmerge = refs/heads/topic\n";

    #[test]
    fn a_branch_follows_its_own_remote() {
        let main = upstream(FORK, "main").unwrap();
        assert_eq!(
            (&*main.remote, &*main.url),
            ("origin", "https://host.test/acme/widget")
        );
        assert_eq!(main.refspecs.len(), 2);
        let topic = upstream(FORK, "topic/x").unwrap();
        assert_eq!(topic.merge, b"refs/heads/topic");
        // What would write to branches is passed over.
        assert_eq!(topic.refspecs, ["+refs/heads/*:refs/remotes/fork/*"]);
        assert_eq!((main.tags, topic.tags), (None, Some("--no-tags")));
        assert_eq!(upstream(FORK, "other"), None);
    }

    #[test]
    fn no_setting_becomes_an_option() {
        for spec in [
            "--upload-pack=x",
            "-x:refs/remotes/origin/x",
            "refs/heads/*:refs/heads/*",
            "refs/heads/a b:refs/remotes/origin/a",
            "refs/heads/*:refs/remotes/origin/x",
            "refs/heads/main",
            ":refs/remotes/origin/x",
            "refs/heads/../x:refs/remotes/x",
        ] {
            assert_eq!(refspec(spec.as_bytes()), None, "{spec}");
        }
        assert!(refspec(b"^refs/heads/wip/*").is_some());
        let text =
            "[branch \"main\"]\n\tremote = origin\n\tmerge = --x\n[remote \"origin\"]\n\turl = u\n";
        assert_eq!(upstream(text, "main"), None);
    }
}
