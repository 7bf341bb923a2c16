//! Policies: what may be claimed, and what was typed.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple, PyType};
use scope_core::{Part, ResolveOptions};

use crate::fault::{in_one_of, rejected, scope_error};
use crate::input::{Given, cast, each_text, optional, part_of, read, text, word};
use crate::reference::Reference;
use crate::repr::{NewArguments, call, made_again};

/// What a deployment reserves (rules S5, S6): its system scope, reserved slugs, reserved prefixes, and the prefix of legacy
/// templates, which may be ``None``. What is left out is the default's.
///
/// A part that is no slug or prefix raises ``ScopeError``. Policies are immutable, hashable, and equal if their parts are.
///
/// >>> policy = Policy()
/// >>> policy.system_scope, policy.reserved_prefixes
/// ('vm0', ('vm0-',))
/// >>> Policy(reserved=["root"]).is_reserved("root")
/// True
#[pyclass(frozen, eq, hash, module = "scope_core")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Policy(scope_core::Policy);

#[pymethods]
impl Policy {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str, &'static str) {
        (
            "system_scope",
            "reserved",
            "reserved_prefixes",
            "legacy_prefix",
        )
    }

    #[new]
    #[pyo3(signature = (*, system_scope = None, reserved = None, reserved_prefixes = None, legacy_prefix = Given::Nothing))]
    fn new(
        py: Python<'_>,
        system_scope: Option<&Bound<'_, PyAny>>,
        reserved: Option<&Bound<'_, PyAny>>,
        reserved_prefixes: Option<&Bound<'_, PyAny>>,
        legacy_prefix: Given<'_, '_>,
    ) -> PyResult<Self> {
        let mut builder = scope_core::Policy::builder();
        if let Some(slug) = optional("system_scope", system_scope, Part::SystemScope)? {
            builder = builder.system_scope(slug.as_str());
        }
        if let Some(slugs) = reserved {
            builder = builder.reserved(texts("reserved", slugs, Part::Reserved)?);
        }
        if let Some(prefixes) = reserved_prefixes {
            builder = builder.reserved_prefixes(texts(
                "reserved_prefixes",
                prefixes,
                Part::ReservedPrefix,
            )?);
        }
        if let Given::Something(prefix) = legacy_prefix {
            let prefix = Some(&*prefix).filter(|prefix| !prefix.is_none());
            let prefix = optional("legacy_prefix", prefix, Part::LegacyPrefix)?;
            builder = builder.legacy_prefix(prefix.as_deref());
        }
        let built = builder.build();
        built
            .map(Self)
            .map_err(|rejection| rejected(py, &rejection))
    }

    /// The scope of the deployment itself: ``str``.
    #[getter]
    fn system_scope(&self) -> &str {
        self.0.system_scope()
    }

    /// The reserved slugs, in order, each once: a ``tuple`` of ``str``.
    #[getter]
    fn reserved<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.reserved().collect::<Vec<_>>())
    }

    /// The reserved prefixes, as they were given: a ``tuple`` of ``str``.
    #[getter]
    fn reserved_prefixes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.reserved_prefixes().collect::<Vec<_>>())
    }

    /// What the names of legacy templates begin with: ``str``, or ``None`` where there are none.
    #[getter]
    fn legacy_prefix(&self) -> Option<&str> {
        self.0.legacy_prefix()
    }

    /// Returns ``None`` if a user may claim ``slug``; else raises ``ScopeError``: the slug's own fault, else
    /// ``reserved_slug``, else ``reserved_prefix`` (rule S5).
    ///
    /// >>> Policy().check_claimable("acme")
    fn check_claimable(&self, slug: &Bound<'_, PyAny>) -> PyResult<()> {
        let slug = text("slug", slug, Part::Scope)?;
        let claimed = self.0.check_claimable(&slug);
        claimed.map_err(|error| scope_error(error, slug.given))
    }

    /// Whether ``slug`` is well-formed and reserved (rule S5): ``bool``. It is false for text that is no slug, which nobody
    /// can claim either: what guards a claim is ``check_claimable``.
    ///
    /// >>> Policy().is_reserved("admin")
    /// True
    fn is_reserved(&self, slug: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(read(cast("slug", slug)?).is_ok_and(|slug| self.0.is_reserved(slug)))
    }

    /// What ``text``, as a user typed it, stands for (rule R4): ``Resolved``. A legacy template, a legacy alias of the user
    /// with the id ``user_id``, an explicit reference, or a name in ``default_scope``, in this order. With ``normalize``, white
    /// space around it is dropped and scope and name are lower-cased first (rule R5).
    ///
    /// What stands for nothing raises ``ScopeError``, and so does a default scope or user id at fault.
    ///
    /// >>> Policy().resolve("widget:latest", default_scope="acme")
    /// Resolved('scoped', '@acme/widget:latest')
    /// >>> Policy().resolve("vm0-base").kind
    /// 'legacy_template'
    #[pyo3(
        signature = (text, *, default_scope = None, user_id = None, normalize = Given::Nothing),
        text_signature = "($self, text, *, default_scope=None, user_id=None, normalize=False)"
    )]
    fn resolve(
        &self,
        text: &Bound<'_, PyAny>,
        default_scope: Option<&Bound<'_, PyAny>>,
        user_id: Option<&Bound<'_, PyAny>>,
        normalize: Given<'_, '_>,
    ) -> PyResult<Resolved> {
        let default_scope = optional("default_scope", default_scope, Part::DefaultScope)?;
        let user_id = optional("user_id", user_id, Part::UserId)?;
        let text = self::text("text", text, Part::Reference)?;
        let options = ResolveOptions {
            default_scope: default_scope.as_deref(),
            user_id: user_id.as_deref(),
            normalize: normalize.is_true("normalize")?,
        };
        let resolved = self.0.resolve(&text, options);
        resolved.map(Resolved).map_err(|error| {
            let given = [Some(&text), default_scope.as_ref(), user_id.as_ref()];
            in_one_of(error, &given)
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        call("Policy", &self.parts(py)?)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, NewArguments<'py>)> {
        made_again::<Self>(py, &self.parts(py)?)
    }
}

impl Policy {
    fn parts<'py>(&self, py: Python<'py>) -> PyResult<[(&'static str, Bound<'py, PyAny>); 4]> {
        let system_scope = PyString::new(py, self.system_scope());
        Ok([
            ("system_scope", system_scope.into_any()),
            ("reserved", self.reserved(py)?.into_any()),
            ("reserved_prefixes", self.reserved_prefixes(py)?.into_any()),
            ("legacy_prefix", self.legacy_prefix().into_pyobject(py)?),
        ])
    }
}

fn texts(argument: &str, given: &Bound<'_, PyAny>, part: Part) -> PyResult<Vec<String>> {
    let mut texts = Vec::new();
    each_text(argument, given, |_, item| {
        texts.push(part_of(item, part)?.to_owned());
        Ok(())
    })?;
    Ok(texts)
}

/// What a user's text stands for (rule R4), as ``Policy.resolve`` gives it.
///
/// ``kind`` is ``"scoped"``, with a ``reference``; ``"legacy_template"``; or ``"legacy_user"``, with an ``alias``. ``text`` is
/// the reference's text, or the legacy text untouched. Immutable, hashable, and equal if kind and text are.
///
/// >>> resolved = Policy().resolve("user-u1-web", user_id="u1")
/// >>> resolved.kind, resolved.text, resolved.alias, resolved.reference
/// ('legacy_user', 'user-u1-web', 'web', None)
#[pyclass(frozen, eq, hash, module = "scope_core")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Resolved(scope_core::Resolved);

#[pymethods]
impl Resolved {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("kind", "text", "alias")
    }

    #[new]
    #[pyo3(signature = (kind, text, alias = None))]
    fn new(
        kind: &Bound<'_, PyAny>,
        text: &Bound<'_, PyAny>,
        alias: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let kind = word("kind", kind)?;
        let text = self::text("text", text, Part::Reference)?;
        let alias = optional("alias", alias, Part::Alias)?;
        match (kind, alias) {
            ("scoped", None) => match scope_core::Reference::parse(&text) {
                Ok(reference) => Ok(Self(scope_core::Resolved::Scoped(reference.to_owned()))),
                Err(error) => Err(scope_error(error, text.given)),
            },
            ("legacy_template", None) => Ok(Self(scope_core::Resolved::LegacyTemplate {
                text: text.as_str().into(),
            })),
            ("legacy_user", Some(alias)) => Ok(Self(scope_core::Resolved::LegacyUser {
                text: text.as_str().into(),
                alias: alias.as_str().into(),
            })),
            _ => Err(PyValueError::new_err(
                "argument 'kind': 'scoped' or 'legacy_template' without an alias, or 'legacy_user' with one",
            )),
        }
    }

    /// ``"scoped"``, ``"legacy_template"`` or ``"legacy_user"``.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    /// The reference's text, or the legacy text: ``str``.
    #[getter]
    fn text(&self) -> &str {
        self.0.text()
    }

    /// The ``Reference`` of what is scoped, else ``None``.
    #[getter]
    fn reference(&self, py: Python<'_>) -> Option<Reference> {
        match &self.0 {
            scope_core::Resolved::Scoped(reference) => Some(Reference::of(py, reference)),
            _ => None,
        }
    }

    /// The alias in a legacy user alias: ``str``, else ``None``.
    #[getter]
    fn alias(&self) -> Option<&str> {
        match &self.0 {
            scope_core::Resolved::LegacyUser { alias, .. } => Some(alias),
            _ => None,
        }
    }

    fn __str__(&self) -> &str {
        self.text()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let parts = [Some(self.kind()), Some(self.text()), self.alias()];
        let given = parts.into_iter().flatten();
        call(
            "Resolved",
            &given
                .map(|part| ("", PyString::new(py, part).into_any()))
                .collect::<Vec<_>>(),
        )
    }

    fn __reduce__<'a>(
        &'a self,
        py: Python<'a>,
    ) -> (Bound<'a, PyType>, (&'a str, &'a str, Option<&'a str>)) {
        (
            py.get_type::<Self>(),
            (self.kind(), self.text(), self.alias()),
        )
    }
}
