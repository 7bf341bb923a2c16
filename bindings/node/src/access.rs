//! Access decisions.

use std::str::FromStr;

use napi::bindgen_prelude::Utf16String;
use napi_derive::napi;
use scope_core::{AccessScope, Action, Actor, Error, Part, Role, ScopeType};

use crate::fault::{Answer, Fault, answer};
use crate::text;

/// A scope, as far as a decision needs it.
#[napi(object)]
pub struct ScopeGiven {
    /// X1.
    pub r#type: Utf16String,
    /// Its owner.
    pub owner_id: Option<Utf16String>,
}

/// Who wants to act.
#[napi(object)]
pub struct ActorGiven {
    /// The user.
    pub user_id: Option<Utf16String>,
    /// X1.
    pub role: Option<Utf16String>,
}

/// X2, X3.
#[napi(object)]
pub struct Decision {
    /// Whether it may be done.
    pub allowed: bool,
    /// Why.
    pub reason: String,
    /// The rule that decided.
    pub rule: String,
}

fn word<T: FromStr<Err = Error>>(units: &[u16], part: Part) -> Result<T, Fault> {
    let word = text::read(units, part)?;
    word.parse().map_err(|error| Fault::new(error, word))
}

/// X2, X3.
#[napi(catch_unwind)]
pub fn decide_access(
    scope: ScopeGiven,
    actor: ActorGiven,
    action: Utf16String,
    force: bool,
) -> Answer<Decision> {
    answer((|| {
        let scope_type: ScopeType = word(&scope.r#type, Part::ScopeType)?;
        let role = actor.role.as_ref();
        let role: Option<Role> = role.map(|role| word(role, Part::Role)).transpose()?;
        let action: Action = word(&action, Part::Action)?;
        let owner_id = text::read_optional(scope.owner_id.as_ref(), Part::UserId)?;
        let user_id = text::read_optional(actor.user_id.as_ref(), Part::UserId)?;
        let scope = AccessScope {
            scope_type,
            owner_id: owner_id.as_deref(),
        };
        let actor = Actor {
            user_id: user_id.as_deref(),
            role,
        };
        let decision = scope_core::decide_access(scope, actor, action, force);
        Ok(Decision {
            allowed: decision.allowed(),
            reason: decision.reason.as_str().to_owned(),
            rule: decision.rule.to_owned(),
        })
    })())
}
