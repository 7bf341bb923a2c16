//! Names of workspace directories and template aliases: injective, and safe as one component on every system.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scope_core::{
    RepositoryId, check_repository, distinct_template_alias, distinct_workspace_dir_name,
    hosted_workspace_dir_name, legacy_user_alias, template_alias, workspace_dir_name, workspace_path,
};
use scope_fuzz::{check_fault, fields, is_safe_component};

const USER: &str = "123e4567-e89b-12d3-a456-426614174000";

fuzz_target!(|bytes: &[u8]| {
    let Some([first, second, other_first, other_second, id]) = fields(bytes) else { return };
    let (a, b) = ((first, second), (other_first, other_second));
    let names = [a, b].map(|(owner, repo)| {
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
    if let [Some(name), Some(other)] = &names {
        assert_eq!(name == other, a == b);
    }

    let ids = [a, b].map(|(host, path)| RepositoryId::hosted(host, path).ok());
    for (id, (host, path)) in ids.iter().zip([a, b]) {
        let name = hosted_workspace_dir_name(host, path);
        match &name {
            Ok(name) => assert!(is_safe_component(name) && name.len() <= 64, "{name:?}"),
            Err(error) => check_fault(*error, if error.input.as_str() == "host" { host } else { path }),
        }
        assert_eq!(name.ok(), id.as_ref().map(RepositoryId::directory));
    }
    // Of either kind: equal names are of equal repositories.
    let own = [a, b].map(|(owner, repo)| RepositoryId::new(owner, repo).ok());
    let ids: Vec<RepositoryId> = ids.into_iter().chain(own).flatten().collect();
    for id in &ids {
        let alike = RepositoryId::from_owner_and_repo(&id.full_owner(), id.repo());
        assert_eq!(alike.as_ref(), Ok(id));
        assert!(ids.iter().all(|other| (id == other) == (id.directory() == other.directory())), "{id}");
    }

    let (name, version) = a;
    let aliases = [a, b].map(|(name, version)| distinct_template_alias(USER, name, version).ok());
    if let [Some(alias), Some(other)] = &aliases {
        let same = a.0 == b.0 && a.1.eq_ignore_ascii_case(b.1);
        assert_eq!(alias == other, same);
    }
    for alias in [template_alias(id, name, version), legacy_user_alias(id, name)] {
        match alias {
            Ok(alias) => assert!(alias.len() <= 256),
            Err(rejection) => check_fault(rejection.error, &rejection.text),
        }
    }
});
