//! Who may read, write and rename what is in a scope.

use std::str::FromStr;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyMapping, PyString, PyType};
use scope_core::{AccessScope, Action, Actor, Error, Part, Role, ScopeType};

use crate::fault::scope_error;
use crate::input::{Given, Text, cast, extracted, part_of, text, word};
use crate::repr::call;

/// What ``decide_access`` decided: ``allowed``, the ``reason``, and the ``rule`` that decided (rules X2, X3).
///
/// It is immutable and hashable, and true where it allows.
///
/// >>> decision = decide_access({"type": "system"}, {"user_id": "u1"}, "write")
/// >>> bool(decision), decision.reason, decision.rule
/// (False, 'system_scope', 'X2')
#[pyclass(frozen, eq, hash, module = "scope_core")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Decision {
    /// Whether the actor may: ``bool``.
    #[pyo3(get)]
    allowed: bool,
    /// Why, in ``snake_case``: ``str``.
    #[pyo3(get)]
    reason: String,
    /// The rule that decided: ``"X2"`` or ``"X3"``.
    #[pyo3(get)]
    rule: String,
}

#[pymethods]
impl Decision {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("allowed", "reason", "rule")
    }

    #[new]
    fn new(
        allowed: &Bound<'_, PyAny>,
        reason: &Bound<'_, PyAny>,
        rule: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        Ok(Self {
            allowed: extracted("allowed", allowed)?,
            reason: word("reason", reason)?.to_owned(),
            rule: word("rule", rule)?.to_owned(),
        })
    }

    fn __bool__(&self) -> bool {
        self.allowed
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let string = |text| PyString::new(py, text).into_any();
        call(
            "Decision",
            &[
                (
                    "allowed",
                    PyBool::new(py, self.allowed).to_owned().into_any(),
                ),
                ("reason", string(&self.reason)),
                ("rule", string(&self.rule)),
            ],
        )
    }

    fn __reduce__<'a>(&'a self, py: Python<'a>) -> (Bound<'a, PyType>, (bool, &'a str, &'a str)) {
        (
            py.get_type::<Self>(),
            (self.allowed, &self.reason, &self.rule),
        )
    }
}

/// Decides whether ``actor`` may do ``action`` in ``scope``: ``Decision`` (rules X1 to X3).
///
/// ``scope`` is a mapping with ``type``, which is ``"personal"``, ``"organization"`` or ``"system"``, and ``owner_id``;
/// ``actor`` one with ``user_id`` and ``role``, which is ``"member"``, ``"writer"``, ``"admin"`` or ``None``; the keys may be
/// written ``ownerId`` and ``userId``. What is left out or ``None`` is nobody, or no role. ``action`` is ``"read"``,
/// ``"write"`` or ``"rename"``; ``force`` matters to ``"rename"`` alone.
///
/// Another word raises ``ScopeError`` with the code ``unknown_value``; a mapping with other keys, ``TypeError``.
///
/// >>> decide_access({"type": "personal", "owner_id": "u1"}, {"user_id": "u1"}, "write")
/// Decision(allowed=True, reason='owner', rule='X2')
#[pyfunction]
#[pyo3(signature = (scope, actor, action, *, force = Given::Nothing), text_signature = "(scope, actor, action, *, force=False)")]
pub(crate) fn decide_access(
    scope: &Bound<'_, PyAny>,
    actor: &Bound<'_, PyAny>,
    action: &Bound<'_, PyAny>,
    force: Given<'_, '_>,
) -> PyResult<Decision> {
    let [scope_type, owner_id] =
        fields("scope", scope, [("type", "type"), ("owner_id", "ownerId")])?;
    let [user_id, role] = fields("actor", actor, [("user_id", "userId"), ("role", "role")])?;
    let force = force.is_true("force")?;
    let scope_type =
        scope_type.ok_or_else(|| PyTypeError::new_err("argument 'scope': 'type' is missing"))?;

    let scope_type: ScopeType = one_of(&part_of(&scope_type, Part::ScopeType)?)?;
    let role: Option<Role> = role
        .map(|role| one_of(&part_of(&role, Part::Role)?))
        .transpose()?;
    let action: Action = one_of(&text("action", action, Part::Action)?)?;
    let (owner_id, user_id) = (id(owner_id.as_ref())?, id(user_id.as_ref())?);
    let decision = scope_core::decide_access(
        AccessScope {
            scope_type,
            owner_id: owner_id.as_deref(),
        },
        Actor {
            user_id: user_id.as_deref(),
            role,
        },
        action,
        force,
    );
    Ok(Decision {
        allowed: decision.allowed(),
        reason: decision.reason.as_str().to_owned(),
        rule: decision.rule.to_owned(),
    })
}

fn id<'a, 'py>(given: Option<&'a Bound<'py, PyString>>) -> PyResult<Option<Text<'a, 'py>>> {
    given.map(|id| part_of(id, Part::UserId)).transpose()
}

fn one_of<T: FromStr<Err = Error>>(text: &Text<'_, '_>) -> PyResult<T> {
    text.parse().map_err(|error| scope_error(error, text.given))
}

/// The values of two keys, each of which may be written in two ways. A key that is neither is a slip that would read as
/// nobody, so it is refused.
fn fields<'py>(
    argument: &str,
    mapping: &Bound<'py, PyAny>,
    names: [(&str, &str); 2],
) -> PyResult<[Option<Bound<'py, PyString>>; 2]> {
    let mapping: &Bound<'_, PyMapping> = cast(argument, mapping)?;
    let wrong = |what: String| PyTypeError::new_err(format!("argument '{argument}': {what}"));
    let mut fields = [None, None];
    let mut seen = [false, false];
    for item in mapping.items()?.iter() {
        let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        let name = key.extract::<&str>().unwrap_or_default();
        let Some(at) = names
            .iter()
            .position(|(snake, camel)| name == *snake || name == *camel)
        else {
            let [(first, _), (second, _)] = names;
            let key = key.repr()?;
            return Err(wrong(format!(
                "unknown key {key}; there are '{first}' and '{second}'"
            )));
        };
        if std::mem::replace(&mut seen[at], true) {
            return Err(wrong(format!("'{}' is given twice", names[at].0)));
        }
        if !value.is_none() {
            let text = value.cast_into::<PyString>();
            fields[at] = Some(text.map_err(|error| wrong(format!("'{name}': {error}")))?);
        }
    }
    Ok(fields)
}
