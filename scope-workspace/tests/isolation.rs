//! One user can neither read, list, validate nor delete what is another's, whatever is passed.

mod common;

/// Whatever it holds.
const FORCE: scope_workspace::Delete = scope_workspace::Delete { force: true };

use std::sync::LazyLock;

use common::*;
use proptest::prelude::*;
use scope_workspace::Job;

/// Two users; the second has everything, the first nothing.
static FIXTURE: LazyLock<(Fixture, Vec<String>)> = LazyLock::new(|| {
    let fixture = Fixture::new();
    for repo in ["widget", "next.js"] {
        let made = fixture.workspaces.create(OTHER, "acme", repo).unwrap();
        std::fs::write(made.path.join("secret"), "secret").unwrap();
    }
    std::fs::create_dir(fixture.user_dir()).unwrap();
    let before = snapshot(&fixture.data);
    (fixture, before)
});

/// Pieces that paths and ids are attacked with, put together at random.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(".."),
        Just("."),
        Just("/"),
        Just("\\"),
        Just("\0"),
        Just("\n"),
        Just("~"),
        Just("%2e%2e%2f"),
        Just("*"),
        Just("workspaces"),
        Just(".staging"),
        Just("acme__widget"),
        Just(".workspace.json"),
        Just("secret"),
        Just("acme"),
        Just("widget"),
        Just("next.js"),
        Just(OTHER),
        Just(USER),
        Just("-"),
        Just("__"),
        Just("é"),
        Just("\u{202e}"),
        Just("．．"),
        Just("223E4567-E89B-12D3-A456-426614174000"),
        Just("C:"),
        Just("$HOME"),
    ];
    prop_oneof![
        4 => prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

/// Anything but the other user's own id.
fn not_the_other() -> impl Strategy<Value = String> {
    prop_oneof![Just(USER.to_owned()), hostile()]
        .prop_filter("the other's id is the other's right", |id| id != OTHER)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn nothing_of_another_is_reached(user in not_the_other(), owner in hostile(), repo in hostile(), path in hostile()) {
        let (fixture, before) = &*FIXTURE;
        let workspaces = &fixture.workspaces;
        for (owner, repo) in [(&*owner, &*repo), ("acme", "widget"), ("acme", &*repo), (&*owner, "next.js")] {
            prop_assert!(workspaces.get(&user, owner, repo).is_err());
            prop_assert!(workspaces.touch(&user, owner, repo).is_err());
            prop_assert!(workspaces.delete(&user, owner, repo, FORCE).is_err());
            prop_assert!(workspaces.hold(&user, owner, repo).is_err());
            prop_assert!(workspaces.work(&user, owner, repo, 0).is_err());
            prop_assert!(workspaces.sync(&user, owner, repo, Job::default()).is_err());
        }
        prop_assert!(workspaces.list(&user).map_or(0, |listing| listing.workspaces.len() + listing.problems.len()) == 0);
        prop_assert_eq!(workspaces.usage(&user).map_or(0, |usage| usage.bytes) > 100_000, false);
        let base = fixture.data.join("workspaces");
        for path in [
            path.clone(),
            format!("{}/{path}", base.display()),
            format!("{}/{OTHER}/{path}", base.display()),
            format!("{}/{USER}/{path}", base.display()),
            format!("{}/{USER}/../{OTHER}/acme__widget/{path}", base.display()),
        ] {
            prop_assert!(workspaces.validate_path(&user, &path).is_err(), "{}", path);
        }
        prop_assert_eq!(&snapshot(&fixture.data), before);
    }
}
