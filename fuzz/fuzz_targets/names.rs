//! Names of workspace directories and template aliases: injective, and safe as one component on every system.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use scope_core::{
    check_repository, distinct_template_alias, distinct_workspace_dir_name, legacy_user_alias, template_alias,
    workspace_dir_name, workspace_path,
};
use scope_fuzz::{check_fault, is_safe_component};

const USER: &str = "123e4567-e89b-12d3-a456-426614174000";

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    a: (&'a str, &'a str),
    b: (&'a str, &'a str),
    text: &'a str,
}

fuzz_target!(|input: Input<'_>| {
    let names = [input.a, input.b].map(|(owner, repo)| {
        let distinct = distinct_workspace_dir_name(owner, repo);
        assert_eq!(distinct.is_ok(), check_repository(owner, repo).is_ok());
        match &distinct {
            Ok(name) => {
                assert!(is_safe_component(name) && name.len() <= 64, "{name:?}");
                let plain = workspace_dir_name(owner, repo).expect("the repository is checked");
                assert!(plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)), "{plain:?}");
                let path = workspace_path("/data", USER, owner, repo).expect("the repository is checked");
                assert_eq!(path, format!("/data/workspaces/{USER}/{name}"));
            }
            Err(error) => check_fault(*error, if error.part.as_str() == "owner" { owner } else { repo }),
        }
        distinct.ok()
    });
    if let [Some(a), Some(b)] = &names {
        assert_eq!(a == b, input.a == input.b);
    }

    let (name, version) = input.a;
    let aliases = [input.a, input.b].map(|(name, version)| distinct_template_alias(USER, name, version).ok());
    if let [Some(a), Some(b)] = &aliases {
        let same = input.a.0 == input.b.0 && input.a.1.eq_ignore_ascii_case(input.b.1);
        assert_eq!(a == b, same);
    }
    for alias in [template_alias(input.text, name, version), legacy_user_alias(input.text, name)] {
        match alias {
            Ok(alias) => assert!(alias.len() <= 256),
            Err(rejection) => check_fault(rejection.error, &rejection.text),
        }
    }
});
