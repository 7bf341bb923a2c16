/* scope_core.h: scoped references, scope keys and workspace names, for C and C++.
 *
 * Generated; `cargo xtask generate` writes it. The rules in the comments (`S4`, `K8`) are those of docs/spec.md, and
 * bindings/c/README.md shows whole programs. For C++ there is scope_core.hpp on top of this.
 *
 * Text in is a pointer and a length in bytes of UTF-8; it needs no terminator, and may hold any byte. NULL with a length
 * of 0 is the empty text, or where an argument may be left out, an argument that is. Nothing is kept after a call but by
 * the handles, which copy what they keep.
 *
 * Text out is a view (`scope_view_t`) of what the caller passed in, and lives as long as that; or it is written to a
 * buffer of the caller's, `buf` of `cap` bytes, and terminated. `*needed` is told what the buffer has to hold, in bytes
 * with the terminator; 0 says that there is no text to give. `needed` may be NULL, and so may `buf` where `cap` is 0, to
 * ask. What does not fit is SCOPE_BUFFER_TOO_SMALL. The buffer then holds the empty text, as it does with any status but
 * SCOPE_OK where a function does not say otherwise. A buffer overlaps nothing else that the call is given.
 *
 * Structs that may grow begin with `struct_size`; begin with the macro that is named after them, for instance
 * `scope_error_t error = SCOPE_ERROR_INIT;`. A library that knows fewer fields leaves the others as they are; one that
 * knows more leaves them out. An option that the library does not know is SCOPE_INVALID_STRUCT_SIZE.
 *
 * Handles (`scope_policy_t`, `scope_key_t`, `scope_metadata_t`, `scope_workspaces_t`, `scope_workspace_t`,
 * `scope_workspace_list_t`) never change. Each is ended by its `_free`, once, from any thread, while no other uses it; NULL
 * is let through. A `const` handle that a function returns belongs to another one, and is not ended by itself.
 *
 * What asks a disk (`scope_checkout_…`, `scope_workspaces_…`) finds texts of its own, and a fault may be in one of them. It
 * is then written to the buffer that the function takes, as much as fits, and `error->text` views that; what the system
 * said follows it, where `error->detail` views it. SCOPE_FOUND_TEXT_MAX bytes are enough for all.
 *
 * A status is SCOPE_OK, the number of an error code, or from 1001 on one about the call itself: SCOPE_NULL_POINTER,
 * SCOPE_INVALID_LENGTH, SCOPE_INVALID_STRUCT_SIZE, SCOPE_INVALID_ARGUMENT, SCOPE_BUFFER_TOO_SMALL, SCOPE_INTERNAL,
 * SCOPE_UNSUPPORTED. The comments name what a function adds to SCOPE_OK and to NULL_POINTER, INVALID_LENGTH,
 * INVALID_STRUCT_SIZE and INTERNAL, which any can return. `error` may be NULL. Offsets and lengths count bytes. Running out
 * of memory aborts, as it does in any program in Rust; only handles, aliases, suggestions, text that is normalised and what
 * asks a disk take any.
 *
 * Threads: every function may be called from any number of threads at once, with the same handles too, as long as no
 * thread writes what another one uses. What asks a disk keeps the state of libgit2 that it uses, which is safe for threads
 * and lasts until the process ends; it reads the environment, which no thread may change meanwhile. There is no other global
 * state but what the words for numbers are, and that is constant.
 */
