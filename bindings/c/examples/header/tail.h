
/** What a `scope_error_t` begins as. */
#define SCOPE_ERROR_INIT { sizeof(scope_error_t), 0, 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 } }
/** What a `scope_reference_t` begins as. */
#define SCOPE_REFERENCE_INIT \
  { sizeof(scope_reference_t), { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } }
/** What a `scope_resolved_t` begins as. */
#define SCOPE_RESOLVED_INIT \
  { sizeof(scope_resolved_t), 0, 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } }
/** What a `scope_policy_options_t` begins as: the default policy. */
#define SCOPE_POLICY_OPTIONS_INIT \
  { sizeof(scope_policy_options_t), { NULL, 0 }, NULL, 0, NULL, 0, { NULL, 0 }, 0, 0 }
/** What a `scope_resolve_options_t` begins as: no default scope, no user, no normalising. */
#define SCOPE_RESOLVE_OPTIONS_INIT \
  { sizeof(scope_resolve_options_t), { NULL, 0 }, { NULL, 0 }, 0, 0 }
/** What a `scope_access_t` begins as: nobody, who wants nothing that there is; set type and action at least. */
#define SCOPE_ACCESS_INIT { sizeof(scope_access_t), 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 } }
/** What a `scope_decision_t` begins as: no. */
#define SCOPE_DECISION_INIT { sizeof(scope_decision_t), 0, 0, NULL }
/** What a `scope_checkout_options_t` begins as: the kind `auto`, no branch, no environment. */
#define SCOPE_CHECKOUT_OPTIONS_INIT { sizeof(scope_checkout_options_t), 0, 0, { NULL, 0 } }
/** What a `scope_checkout_info_t` begins as. */
#define SCOPE_CHECKOUT_INFO_INIT \
  { sizeof(scope_checkout_info_t), 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } }
/** What a `scope_workspaces_options_t` begins as: the system's clock. */
#define SCOPE_WORKSPACES_OPTIONS_INIT { sizeof(scope_workspaces_options_t), { NULL, 0 } }
