//! Disks: a volume for each user, links on the way, and no room.

use crate::machine::not_shown;
use crate::place::{CLEAN, Place, USER};

/// A volume for the user; unmounted when it is dropped.
struct Volume<'a>(&'a Place);

impl Volume<'_> {
    fn mounted<'a>(place: &'a Place, options: &str, at: &str) -> Option<Volume<'a>> {
        let said = place.sh(&format!(
            "mkdir -p \"{at}\"; mount -t tmpfs {options} none \"{at}\" 2>&1 && echo mounted || true"
        ));
        if said.contains("mounted") {
            place.sh(&format!("echo \"{at}\" > \"$T/mounted\""));
            return Some(Volume(place));
        }
        not_shown("a volume for each user", &said);
        None
    }
}

impl Drop for Volume<'_> {
    fn drop(&mut self) {
        // Wherever it is by now.
        self.0
            .sh("umount -l \"$(findmnt -rn -o TARGET | grep -F \"$T\" | tail -1)\"");
    }
}

// X1. Staging was on another file system than the user's directory.
#[test]
fn a_user_on_a_volume_of_their_own_has_workspaces_as_any_other() {
    let place = Place::after("origin");
    let Some(_volume) = Volume::mounted(&place, "", "$DATA_DIR/workspaces/$USER_ID") else {
        return;
    };
    place.ws(&["create", "acme/other"]).good();
    place.clone(&[]).good();
    assert_eq!(place.work(), (CLEAN, None));
    place.sh("echo more > \"$T/src/README\"; publish");
    place.syncs_as_git_pulls();
    place.ws(&["touch", "acme/widget"]).good();
    let listed = place.ws(&["list"]).good();
    assert_eq!(listed.lines().count(), 2, "{listed}");
    place.delete(&[]).good();
    let report = place.cleanup(&[]);
    assert_eq!(
        (&report["idle"][0]["verdict"], &report["problems"]),
        (&"deleted".into(), &serde_json::json!([]))
    );
}

// What a user mounts in a workspace is elsewhere, and is not removed.
#[test]
fn a_volume_in_a_workspace_is_unknown_and_not_removed() {
    let place = Place::cloned("printf '/cache\\n.workspace.json\\n' > .git/info/exclude");
    let Some(_volume) = Volume::mounted(&place, "", "$W/cache") else {
        return;
    };
    place.sh_there("echo precious > cache/f");
    place.keeps_something();
    place.delete(&["--force"]);
    let kept = place.sh("cat \"$(findmnt -rn -o TARGET | grep -F \"$T\" | tail -1)/f\" 2> /dev/null || cat \"$(cat mounted)/f\"");
    assert_eq!(kept, "precious\n");
}

// No room to look from: nothing is known, and so nothing is deleted.
#[test]
fn a_full_disk_makes_no_workspace_clean() {
    let place = Place::after("origin");
    let Some(_volume) = Volume::mounted(&place, "-o size=2m", "$DATA_DIR/workspaces") else {
        return;
    };
    place.clone(&[]).good();
    place.sh_there("echo work > new; head -c 9000000 /dev/zero > .git/fill 2> /dev/null || true");
    assert_ne!(place.work(), (CLEAN, None));
    place.cleanup(&[]);
    assert!(place.has("new"));
}

// A read-only one.
#[test]
fn a_read_only_disk_ends_in_a_refusal() {
    let place = Place::after("origin");
    let Some(_volume) = Volume::mounted(&place, "", "$DATA_DIR") else {
        return;
    };
    place.clone(&[]).good();
    place.sh("mount -o remount,ro \"$DATA_DIR\"");
    assert_eq!(place.ws(&["get", "acme/widget"]).good().lines().count(), 1);
    assert!(!place.try_sync().status.success());
    assert!(!place.delete(&["--force"]).status.success());
    assert!(place.has("README"));
}

// The user's directory may be no link, wherever the volume is.
#[test]
fn a_users_directory_behind_a_link_is_refused() {
    let place = Place::cloned("");
    place.sh("mv \"$DATA_DIR/workspaces/$USER_ID\" \"$T/else\"; ln -s \"$T/else\" \"$DATA_DIR/workspaces/$USER_ID\"");
    assert_eq!(place.ws(&["get", "acme/widget"]).code(), "symbolic_link");
    place.cleanup(&[]);
    assert!(place.path("else/acme__widget/README").exists());
    assert!(place.path(format!("data/workspaces/{USER}")).is_symlink());
}
