// scope_core.hpp: scoped references, scope keys and workspace names for C++17, on top of scope_core.h.
//
// Every operation that can fail gives a `scope::result<T>`: either the value, or the `scope::fault` that kept it from
// being one. `value()` gives the value or throws `scope::error`; a program without exceptions asks first. (With exceptions
// turned off, `value()` of a fault ends the program.)
//
//     auto widget = scope::reference::parse("@acme/widget:latest").value();  // throws scope::error
//     if (auto asked = scope::reference::parse(text)) use(asked->name()); else log(asked.fault().message());
//
// Text in is a `std::string_view` of UTF-8, and is not kept. Text out is a `std::string`, but where a type says that it
// views what it was made from. Offsets and lengths count bytes. `policy`, `key`, `metadata` and `workspaces` own what they
// stand for, can be moved and not copied, and never change: any number of threads may use one at once. One that was moved from may be
// assigned to and destroyed, nothing else. The rules in the comments are those of docs/spec.md.
#ifndef SCOPE_CORE_HPP
#define SCOPE_CORE_HPP

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "scope_core.h"

namespace scope {

/// What was wrong with an argument, and where. It owns its texts.
class fault {
 public:
  /// Of an `error` that a function filled in, while what that views is still there. `text` replaces the view.
  explicit fault(const scope_error_t& error, std::optional<std::string_view> text = std::nullopt) : error_(error) {
    const std::string_view about =
        text ? *text : std::string_view(error.text.data != nullptr ? error.text.data : "", error.text.len);
    message_ = written(scope_error_message, about).value_or("");
    suggestion_ = written(scope_error_suggestion, about);
    if (error.detail.data != nullptr) {
      detail_.emplace(error.detail.data, error.detail.len);
    }
    error_.text = {nullptr, 0};
    error_.detail = {nullptr, 0};
  }

  /// `SCOPE_MISSING_AT` and so on.
  scope_status_t status() const noexcept { return error_.status; }
  /// The stable word for it, `missing_at` and so on.
  std::string_view code() const noexcept { return word(scope_status_name(error_.status)); }
  /// The part at fault, `scope` and so on; empty where the call itself is at fault.
  std::string_view part() const noexcept { return word(scope_part_name(error_.part)); }
  /// The argument into which the offset counts.
  std::string_view input() const noexcept { return word(scope_part_name(error_.input)); }
  /// Bytes from the beginning of that argument.
  std::size_t offset() const noexcept { return error_.offset; }
  /// What a person reads: one line of printable ASCII (E2).
  const std::string& message() const noexcept { return message_; }
  /// What was probably meant.
  const std::optional<std::string>& suggestion() const noexcept { return suggestion_; }
  /// What the system said, of a disk; may hold line breaks.
  const std::optional<std::string>& detail() const noexcept { return detail_; }

 private:
  using writer = scope_status_t(const scope_error_t*, const char*, std::size_t, char*, std::size_t, std::size_t*);

  std::optional<std::string> written(writer* write, std::string_view about) const {
    std::size_t needed = 0;
    write(&error_, about.data(), about.size(), nullptr, 0, &needed);
    if (needed == 0) {
      return std::nullopt;
    }
    std::string text(needed, '\0');
    write(&error_, about.data(), about.size(), text.data(), text.size(), nullptr);
    text.pop_back();
    return text;
  }

  static std::string_view word(const char* word) noexcept { return word != nullptr ? word : ""; }

  scope_error_t error_;
  std::string message_;
  std::optional<std::string> suggestion_;
  std::optional<std::string> detail_;
};

/// A fault as an exception. `what()` is its message.
class error : public std::runtime_error {
 public:
  explicit error(scope::fault fault) : std::runtime_error(fault.message()), fault_(std::move(fault)) {}

  /// What was wrong, and where.
  const scope::fault& fault() const noexcept { return fault_; }

 private:
  scope::fault fault_;
};

/// A value, or the fault that kept it from being one.
template <class T>
class [[nodiscard]] result {
 public:
  result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  result(scope::fault fault) : held_(std::in_place_index<1>, std::move(fault)) {}

  bool has_value() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The value; throws `scope::error` where there is none.
  const T& value() const& {
    require();
    return *std::get_if<0>(&held_);
  }
  T value() && {
    require();
    return std::move(*std::get_if<0>(&held_));
  }

  /// The value, which has to be there.
  const T& operator*() const& noexcept { return *std::get_if<0>(&held_); }
  const T* operator->() const noexcept { return std::get_if<0>(&held_); }

  /// The fault, which has to be there.
  const scope::fault& fault() const noexcept { return *std::get_if<1>(&held_); }

 private:
  void require() const {
    if (!has_value()) {
#if defined(__cpp_exceptions)
      throw scope::error(fault());
#else
      std::abort();
#endif
    }
  }

  std::variant<T, scope::fault> held_;
};

namespace detail {

inline scope_view_t view(std::string_view text) noexcept {
  return {text.data() != nullptr ? text.data() : "", text.size()};
}

inline scope_view_t view(std::optional<std::string_view> text) noexcept {
  return text ? view(*text) : scope_view_t{nullptr, 0};
}

inline std::string_view text(scope_view_t view) noexcept {
  return {view.data, view.len};
}

inline std::optional<std::string_view> optional_text(scope_view_t view) noexcept {
  return view.data != nullptr ? std::optional(text(view)) : std::nullopt;
}

/// The fault of a call that reports none: of the call itself.
inline fault of_call(scope_status_t status) {
  scope_error_t error = SCOPE_ERROR_INIT;
  error.status = status;
  return fault(error);
}

/// What `call(buf, cap, &needed, &error)` writes; nothing where there is nothing to write. `size` is enough for most.
template <class Call>
result<std::optional<std::string>> optional_written(Call call, std::size_t size = 320) {
  scope_error_t error = SCOPE_ERROR_INIT;
  std::string text(size, '\0');
  std::size_t needed = 0;
  scope_status_t status = call(text.data(), text.size(), &needed, &error);
  if (status == SCOPE_BUFFER_TOO_SMALL) {
    text.resize(needed);
    status = call(text.data(), text.size(), &needed, &error);
  }
  if (status != SCOPE_OK) {
    error.status = status;
    return fault(error);
  }
  if (needed == 0) {
    return std::optional<std::string>();
  }
  text.resize(needed - 1);
  return std::optional(std::move(text));
}

/// The same where there always is something.
template <class Call>
result<std::string> written(Call call, std::size_t size = 320) {
  auto found = optional_written(std::move(call), size);
  if (!found) {
    return found.fault();
  }
  return std::move(found).value().value_or(std::string());
}

/// Room for a text that is found on a disk, if that is at fault.
class found_text {
 public:
  char* data() noexcept { return room_.get(); }
  std::size_t size() const noexcept { return SCOPE_FOUND_TEXT_MAX; }

 private:
  std::unique_ptr<char[]> room_{new char[SCOPE_FOUND_TEXT_MAX]};
};

/// What succeeds with nothing to tell.
template <class Call>
result<std::monostate> checked(Call call) {
  scope_error_t error = SCOPE_ERROR_INIT;
  if (call(&error) != SCOPE_OK) {
    return fault(error);
  }
  return std::monostate();
}

}  // namespace detail

/// A reference `@scope/name[:tag]`: views of the text that it was parsed from, which has to outlive it.
class reference {
 public:
  /// Parses strictly (R1, R2). Allocates nothing where it succeeds.
  static result<reference> parse(std::string_view text) {
    scope_error_t error = SCOPE_ERROR_INIT;
    reference parsed;
    if (scope_reference_parse(text.data(), text.size(), &parsed.parts_, &error) != SCOPE_OK) {
      return fault(error);
    }
    return parsed;
  }

  std::string_view scope() const noexcept { return detail::text(parts_.scope); }
  std::string_view name() const noexcept { return detail::text(parts_.name); }
  std::optional<std::string_view> tag() const noexcept { return detail::optional_text(parts_.tag); }
  std::string_view text() const noexcept { return detail::text(parts_.text); }

  /// `{scope}__{name}` (R7).
  std::string storage_component() const {
    const auto whole = text();
    return detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t* error) {
             return scope_reference_storage_component(whole.data(), whole.size(), buf, cap, needed, error);
           }).value();
  }

  /// By the triple of scope, name and tag (R6).
  friend bool operator==(const reference& a, const reference& b) noexcept { return a.text() == b.text(); }
  friend bool operator!=(const reference& a, const reference& b) noexcept { return !(a == b); }
  friend bool operator<(const reference& a, const reference& b) noexcept {
    std::int32_t order = 0;
    scope_reference_compare(a.parts_.text.data, a.parts_.text.len, b.parts_.text.data, b.parts_.text.len, &order, nullptr);
    return order < 0;
  }

 private:
  reference() = default;
  scope_reference_t parts_ = SCOPE_REFERENCE_INIT;
};

/// Parses each text (B1).
template <class Texts>
std::vector<result<reference>> parse_many(const Texts& texts) {
  std::vector<result<reference>> parsed;
  for (const auto& text : texts) {
    parsed.push_back(reference::parse(text));
  }
  return parsed;
}

/// An item of `parse_lines`: four numbers, as B2 has them.
struct line {
  std::uint32_t start, slash, name_end, end;

  bool is_reference() const noexcept { return slash != 0; }
  /// Of a fault.
  scope_status_t status() const noexcept { return name_end & ~SCOPE_LINE_FAULT; }
};

/// Parses each line of a buffer (B2).
inline result<std::vector<line>> parse_lines(std::string_view buffer) {
  static_assert(sizeof(line) == 4 * sizeof(std::uint32_t), "four numbers");
  scope_error_t error = SCOPE_ERROR_INIT;
  std::size_t count = 0;
  const scope_status_t asked = scope_reference_parse_lines(buffer.data(), buffer.size(), nullptr, 0, &count, &error);
  if (asked != SCOPE_OK && asked != SCOPE_BUFFER_TOO_SMALL) {
    return fault(error);
  }
  std::vector<line> lines(count);
  if (count > 0) {
    scope_reference_parse_lines(buffer.data(), buffer.size(), &lines.front().start, count, &count, nullptr);
  }
  return lines;
}

// Each of these macros makes what the C function of that name is in C++.

/// Asks whether `text` is something.
#define SCOPE_CORE_ASK_(name, function) \
  inline bool name(std::string_view text) noexcept { return function(text.data(), text.size()); }
SCOPE_CORE_ASK_(is_valid, scope_reference_is_valid)
SCOPE_CORE_ASK_(is_slug, scope_slug_is_valid)
SCOPE_CORE_ASK_(is_name, scope_name_is_valid)
SCOPE_CORE_ASK_(is_tag, scope_tag_is_valid)
SCOPE_CORE_ASK_(is_branch, scope_branch_is_valid)
#undef SCOPE_CORE_ASK_

/// Says what keeps `text` from being something.
#define SCOPE_CORE_CHECK_(name, function)                       \
  inline result<std::monostate> name(std::string_view text) {   \
    return detail::checked([&](scope_error_t* error) {          \
      return function(text.data(), text.size(), error);         \
    });                                                         \
  }
SCOPE_CORE_CHECK_(check_slug, scope_slug_check)
SCOPE_CORE_CHECK_(check_name, scope_name_check)
SCOPE_CORE_CHECK_(check_tag, scope_tag_check)
SCOPE_CORE_CHECK_(check_branch, scope_branch_check)
SCOPE_CORE_CHECK_(check_path, scope_path_check)
SCOPE_CORE_CHECK_(check_worktree_key, scope_worktree_key_check)
#undef SCOPE_CORE_CHECK_

/// Makes text from one, two or three texts.
#define SCOPE_CORE_TEXT_1_(name, function, kind, give)                                                  \
  inline result<kind> name(std::string_view a) {                                                        \
    return detail::give([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t* error) {    \
      return function(a.data(), a.size(), buf, cap, needed, error);                                     \
    });                                                                                                 \
  }
#define SCOPE_CORE_TEXT_2_(name, function)                                                              \
  inline result<std::string> name(std::string_view a, std::string_view b) {                             \
    return detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t* error) { \
      return function(a.data(), a.size(), b.data(), b.size(), buf, cap, needed, error);                 \
    });                                                                                                 \
  }
#define SCOPE_CORE_TEXT_3_(name, function)                                                              \
  inline result<std::string> name(std::string_view a, std::string_view b, std::string_view c) {         \
    return detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t* error) { \
      return function(a.data(), a.size(), b.data(), b.size(), c.data(), c.size(), buf, cap, needed, error); \
    });                                                                                                 \
  }
SCOPE_CORE_TEXT_1_(normalize, scope_reference_normalize, std::string, written)
SCOPE_CORE_TEXT_1_(suggest_slug, scope_slug_suggest, std::optional<std::string>, optional_written)
SCOPE_CORE_TEXT_1_(default_slug, scope_slug_default, std::string, written)
SCOPE_CORE_TEXT_2_(legacy_user_alias, scope_legacy_user_alias)
SCOPE_CORE_TEXT_2_(workspace_dir_name, scope_workspace_dir_name)
SCOPE_CORE_TEXT_2_(distinct_workspace_dir_name, scope_distinct_workspace_dir_name)
SCOPE_CORE_TEXT_2_(hosted_workspace_dir_name, scope_hosted_workspace_dir_name)
SCOPE_CORE_TEXT_3_(template_alias, scope_template_alias)
SCOPE_CORE_TEXT_3_(distinct_template_alias, scope_distinct_template_alias)
#undef SCOPE_CORE_TEXT_1_
#undef SCOPE_CORE_TEXT_2_
#undef SCOPE_CORE_TEXT_3_

/// The text of a reference after normalising it (R5): ` @Acme/Widget:RC ` gives `@acme/widget:RC`. Parse that to have its
/// parts.
inline result<std::string> parse_normalized(std::string_view text) {
  return detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t* error) {
    scope_reference_t parts = SCOPE_REFERENCE_INIT;
    return scope_reference_parse_normalized(text.data(), text.size(), buf, cap, needed, &parts, error);
  });
}

/// The text of a reference put together from its parts, each checked (S4, N2, T1).
inline result<std::string> make_reference(std::string_view scope, std::string_view name,
                                          std::optional<std::string_view> tag = std::nullopt) {
  return detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t* error) {
    const scope_view_t given = detail::view(tag);
    return scope_reference_new(scope.data(), scope.size(), name.data(), name.size(), given.data, given.len, buf, cap,
                               needed, error);
  });
}

/// The first 8 hexadecimal digits of the content's SHA-256 (A4).
inline std::string version_hash(std::string_view content) {
  return detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t*) {
           return scope_version_hash(reinterpret_cast<const std::uint8_t*>(content.data()), content.size(), buf, cap, needed);
         }).value();
}

/// All 64 of them (A4).
inline std::string content_hash(std::string_view content) {
  return detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t*) {
           return scope_content_hash(reinterpret_cast<const std::uint8_t*>(content.data()), content.size(), buf, cap, needed);
         }).value();
}

/// `{data_dir}/workspaces/{user_id}/{dir}` (W1).
inline result<std::string> workspace_path(std::string_view data_dir, std::string_view user_id, std::string_view owner,
                                          std::string_view repo) {
  return detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t* error) {
    return scope_workspace_path(data_dir.data(), data_dir.size(), user_id.data(), user_id.size(), owner.data(),
                                owner.size(), repo.data(), repo.size(), buf, cap, needed, error);
  });
}

/// Whether `path` lies strictly below `base` (W5). Lexical: a symbolic link below the base can lead anywhere.
inline result<bool> contains(std::string_view base, std::string_view path) {
  scope_error_t error = SCOPE_ERROR_INIT;
  bool found = false;
  if (scope_contains(base.data(), base.size(), path.data(), path.size(), &found, &error) != SCOPE_OK) {
    return fault(error);
  }
  return found;
}

/// What `policy::resolve` found.
struct resolved {
  scope_resolved_kind_t kind;  ///< `SCOPE_RESOLVED_SCOPED`, `_LEGACY_TEMPLATE` or `_LEGACY_USER`.
  std::string text;            ///< The whole reference, which `reference::parse` takes apart, or the legacy text.
  std::optional<std::string> alias;  ///< Of a legacy user alias.
};

/// The parts of a policy (S6); what is left out is the default's.
struct policy_options {
  std::optional<std::string_view> system_scope;
  std::optional<std::vector<std::string_view>> reserved;
  std::optional<std::vector<std::string_view>> reserved_prefixes;
  std::optional<std::string_view> legacy_prefix;
  bool no_legacy_prefix = false;
};

/// A policy: what nobody may claim, and which names are legacy (S5, S6).
class policy {
 public:
  static result<policy> make(const policy_options& options = {}) {
    scope_error_t error = SCOPE_ERROR_INIT;
    scope_policy_options_t given = SCOPE_POLICY_OPTIONS_INIT;
    const auto reserved = views(options.reserved), prefixes = views(options.reserved_prefixes);
    given.system_scope = detail::view(options.system_scope);
    given.legacy_prefix = detail::view(options.legacy_prefix);
    if (options.reserved) {
      given.reserved = reserved.data();
      given.reserved_count = options.reserved->size();
    }
    if (options.reserved_prefixes) {
      given.reserved_prefixes = prefixes.data();
      given.reserved_prefixes_count = options.reserved_prefixes->size();
    }
    given.flags = options.no_legacy_prefix ? SCOPE_POLICY_NO_LEGACY_PREFIX : 0;
    scope_policy_t* made = nullptr;
    if (scope_policy_new(&given, &made, &error) != SCOPE_OK) {
      return fault(error);
    }
    return policy(made);
  }

  /// Says whether a user may claim a slug (S5).
  result<std::monostate> check_claimable(std::string_view slug) const {
    return detail::checked([&](scope_error_t* error) {
      return scope_policy_check_claimable(handle_.get(), slug.data(), slug.size(), error);
    });
  }

  /// Whether a slug is well-formed and reserved (S5).
  bool is_reserved(std::string_view slug) const noexcept {
    return scope_policy_is_reserved(handle_.get(), slug.data(), slug.size());
  }

  /// What a user's text stands for (R4).
  result<resolved> resolve(std::string_view text, std::optional<std::string_view> default_scope = std::nullopt,
                           std::optional<std::string_view> user_id = std::nullopt, bool normalize = false) const {
    scope_resolve_options_t options = SCOPE_RESOLVE_OPTIONS_INIT;
    options.default_scope = detail::view(default_scope);
    options.user_id = detail::view(user_id);
    options.flags = normalize ? SCOPE_RESOLVE_NORMALIZE : 0;
    scope::resolved found{0, {}, std::nullopt};
    auto whole = detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t* error) {
      scope_resolved_t out = SCOPE_RESOLVED_INIT;
      const scope_status_t status = scope_policy_resolve(handle_.get(), &options, text.data(), text.size(), buf, cap,
                                                         needed, &out, error);
      if (status == SCOPE_OK) {
        found.kind = out.kind;
        found.alias = detail::optional_text(out.alias);
      }
      return status;
    });
    if (!whole) {
      return whole.fault();
    }
    found.text = std::move(whole).value();
    return found;
  }

 private:
  struct end {
    void operator()(scope_policy_t* handle) const noexcept { scope_policy_free(handle); }
  };

  explicit policy(scope_policy_t* handle) noexcept : handle_(handle) {}

  /// Never empty, so that a list of nothing is not NULL.
  static std::vector<scope_view_t> views(const std::optional<std::vector<std::string_view>>& texts) {
    std::vector<scope_view_t> views;
    if (texts) {
      for (const std::string_view text : *texts) {
        views.push_back(detail::view(text));
      }
    }
    views.push_back({nullptr, 0});
    return views;
  }

  std::unique_ptr<scope_policy_t, end> handle_;
};

/// What `decide_access` decided.
struct decision {
  bool allowed;
  scope_reason_t reason;
  std::string_view reason_name;  ///< There for ever.
  std::string_view rule;         ///< `X2` or `X3`; there for ever.
};

/// Decides whether somebody may do something in a scope (X2, X3). `role` is 0 for who is not a member.
inline result<decision> decide_access(scope_type_t scope_type, std::optional<std::string_view> owner_id,
                                      std::optional<std::string_view> user_id, scope_role_t role,
                                      scope_action_t action, bool force = false) {
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_access_t access = SCOPE_ACCESS_INIT;
  scope_decision_t out = SCOPE_DECISION_INIT;
  access.scope_type = scope_type;
  access.role = role;
  access.action = action;
  access.force = force;
  access.owner_id = detail::view(owner_id);
  access.user_id = detail::view(user_id);
  if (scope_decide_access(&access, &out, &error) != SCOPE_OK) {
    return fault(error);
  }
  return decision{out.allowed != 0, out.reason, scope_reason_name(out.reason), out.rule};
}

/// How a checkout is looked for, and what is wanted of it (section G).
struct checkout_options {
  // A kind by itself is options too.
  constexpr checkout_options(scope_checkout_kind_t kind_ = SCOPE_CHECKOUT_KIND_AUTO,
                             std::optional<std::string_view> branch_ = std::nullopt, bool use_environment_ = false) noexcept
      : kind(kind_), branch(branch_), use_environment(use_environment_) {}

  scope_checkout_kind_t kind;              ///< Of the key that `resolve_scope` makes.
  std::optional<std::string_view> branch;  ///< For `resolve_scope`; else the one that `HEAD` names.
  bool use_environment;                    ///< Whether git's own environment variables count (G5).
};

namespace detail {

inline scope_checkout_options_t given(const checkout_options& options) noexcept {
  scope_checkout_options_t given = SCOPE_CHECKOUT_OPTIONS_INIT;
  given.kind = options.kind;
  given.branch = view(options.branch);
  given.flags = options.use_environment ? SCOPE_CHECKOUT_USE_ENVIRONMENT : 0;
  return given;
}

}  // namespace detail

/// What a directory is a checkout of, as `checkout_info` finds it.
struct checkout {
  std::string primary_path;  ///< The root of the repository's primary worktree, or the bare directory (G1).
  std::optional<std::string> worktree_path;  ///< The root of this worktree; none in a bare repository.
  std::optional<std::string> worktree_key;   ///< None outside a linked worktree (G2).
  std::optional<std::string> branch;         ///< None where `HEAD` names none (G3).
  bool is_bare, is_linked_worktree, is_detached;
};

/// Says what the directory `path`, which is bytes and need not be text, is a checkout of (section G).
inline result<checkout> checkout_info(std::string_view path = ".", const checkout_options& options = {}) {
  const scope_checkout_options_t given = detail::given(options);
  scope_error_t error = SCOPE_ERROR_INIT;
  scope_checkout_info_t info = SCOPE_CHECKOUT_INFO_INIT;
  detail::found_text buf;  // more than four paths
  if (scope_checkout_info(&given, path.data(), path.size(), buf.data(), buf.size(), nullptr, &info, &error) != SCOPE_OK) {
    return fault(error);
  }
  const auto text = [](scope_view_t view) {
    return view.data != nullptr ? std::optional<std::string>(detail::text(view)) : std::nullopt;
  };
  return checkout{std::string(detail::text(info.primary_path)), text(info.worktree_path), text(info.worktree_key),
                  text(info.branch), info.is_bare != 0, info.is_linked_worktree != 0, info.is_detached != 0};
}

/// The identity of a scope (K1).
class key {
 public:
  static key global() {
    scope_key_t* made = nullptr;
    const scope_status_t status = scope_key_global(&made);
    return status == SCOPE_OK ? key(made) : result<key>(detail::of_call(status)).value();
  }
  static result<key> repository(std::string_view primary_path) {
    return make([&](scope_key_t** out, scope_error_t* error) {
      return scope_key_repository(primary_path.data(), primary_path.size(), out, error);
    });
  }
  static result<key> branch(std::string_view primary_path, std::string_view branch_name) {
    return make([&](scope_key_t** out, scope_error_t* error) {
      return scope_key_branch(primary_path.data(), primary_path.size(), branch_name.data(), branch_name.size(), out,
                              error);
    });
  }
  /// `worktree_path` is for display.
  static result<key> worktree(std::string_view primary_path, std::string_view worktree_key,
                              std::optional<std::string_view> worktree_path = std::nullopt) {
    return make([&](scope_key_t** out, scope_error_t* error) {
      const scope_view_t path = detail::view(worktree_path);
      return scope_key_worktree(primary_path.data(), primary_path.size(), worktree_key.data(), worktree_key.size(),
                                path.data, path.len, out, error);
    });
  }
  static result<key> from_uri(std::string_view text) {
    return make([&](scope_key_t** out, scope_error_t* error) {
      return scope_key_from_uri(text.data(), text.size(), out, error);
    });
  }
  static result<key> from_json(std::string_view text) {
    return make([&](scope_key_t** out, scope_error_t* error) {
      return scope_key_from_json(text.data(), text.size(), out, error);
    });
  }

  /// That of the directory `path`, which is bytes and need not be text, as its git repository tells (G1 to G4).
  static result<key> of_checkout(std::string_view path = ".", const checkout_options& options = {}) {
    const scope_checkout_options_t given = detail::given(options);
    detail::found_text found;
    return make([&](scope_key_t** out, scope_error_t* error) {
      return scope_checkout_resolve(&given, path.data(), path.size(), found.data(), found.size(), out, error);
    });
  }

  /// `SCOPE_KIND_GLOBAL`, `_REPOSITORY`, `_BRANCH` or `_WORKTREE`.
  scope_kind_t kind() const noexcept { return scope_key_kind(handle_.get()); }

  std::optional<std::string> primary_path() const { return form(scope_key_primary_path); }
  std::optional<std::string> branch_name() const { return form(scope_key_branch_name); }
  std::optional<std::string> worktree_key() const { return form(scope_key_worktree_key); }
  std::optional<std::string> worktree_path() const { return form(scope_key_worktree_path); }
  /// For people (K5).
  std::string display() const { return *form(scope_key_display); }
  /// For people, with the path's last component (K6).
  std::string display_short() const { return *form(scope_key_display_short); }
  /// Different keys can share it (K7).
  std::string storage_key() const { return *form(scope_key_storage_key); }
  /// Shared by no two keys, safe as a file name, never changed (K8).
  std::string distinct_storage_key() const { return *form(scope_key_distinct_storage_key); }
  /// What `from_uri` reads back (K9).
  std::string uri() const { return *form(scope_key_uri); }
  /// What `from_json` reads back (K10).
  std::string to_json() const { return *form(scope_key_to_json); }

  /// Where a thing that is stored under scopes is looked for, nearest first (K11).
  std::vector<key> search_order() const {
    scope_key_t* keys[SCOPE_SEARCH_ORDER_MAX] = {};
    std::size_t count = 0;
    const scope_status_t status = scope_key_search_order(handle_.get(), keys, SCOPE_SEARCH_ORDER_MAX, &count);
    if (status != SCOPE_OK) {
      result<key>(detail::of_call(status)).value();
    }
    std::vector<key> order;
    order.reserve(count);
    for (std::size_t at = 0; at < count; ++at) {
      order.push_back(key(keys[at]));
    }
    return order;
  }

  friend bool operator==(const key& a, const key& b) noexcept { return order(a, b) == 0; }
  friend bool operator!=(const key& a, const key& b) noexcept { return order(a, b) != 0; }
  friend bool operator<(const key& a, const key& b) noexcept { return order(a, b) < 0; }

 private:
  struct end {
    void operator()(scope_key_t* handle) const noexcept { scope_key_free(handle); }
  };

  explicit key(scope_key_t* handle) noexcept : handle_(handle) {}

  template <class Call>
  static result<key> make(Call call) {
    scope_error_t error = SCOPE_ERROR_INIT;
    scope_key_t* made = nullptr;
    if (call(&made, &error) != SCOPE_OK) {
      return fault(error);
    }
    return key(made);
  }

  std::optional<std::string> form(scope_status_t write(const scope_key_t*, char*, std::size_t, std::size_t*)) const {
    return detail::optional_written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t*) {
             return write(handle_.get(), buf, cap, needed);
           }).value();
  }

  static std::int32_t order(const key& a, const key& b) noexcept {
    std::int32_t order = 0;
    scope_key_compare(a.handle_.get(), b.handle_.get(), &order);
    return order;
  }

  std::unique_ptr<scope_key_t, end> handle_;
};

/// The scope key of the directory `path` (G1 to G4): `key::of_checkout`.
inline result<key> resolve_scope(std::string_view path = ".", const checkout_options& options = {}) {
  return key::of_checkout(path, options);
}

/// The metadata of a workspace (W6).
class metadata {
 public:
  static result<metadata> make(std::string_view owner, std::string_view repo, std::string_view now) {
    scope_error_t error = SCOPE_ERROR_INIT;
    scope_metadata_t* made = nullptr;
    if (scope_metadata_new(owner.data(), owner.size(), repo.data(), repo.size(), now.data(), now.size(), &made,
                           &error) != SCOPE_OK) {
      return fault(error);
    }
    return metadata(made);
  }
  static result<metadata> from_json(std::string_view text) {
    scope_error_t error = SCOPE_ERROR_INIT;
    scope_metadata_t* made = nullptr;
    if (scope_metadata_from_json(text.data(), text.size(), &made, &error) != SCOPE_OK) {
      return fault(error);
    }
    return metadata(made);
  }

  std::string to_json() const {
    return detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t*) {
             return scope_metadata_to_json(handle_.get(), buf, cap, needed);
           }).value();
  }

  /// One of the fields, `SCOPE_METADATA_OWNER` and so on, where it has a value.
  std::optional<std::string> get(scope_metadata_field_t field) const {
    return detail::optional_written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t*) {
             return scope_metadata_get(handle_.get(), field, buf, cap, needed);
           }).value();
  }

  /// Decides what becomes of the workspace (W7). `dirty` is left out where nobody could tell.
  result<scope_retention_t> decide_retention(std::optional<bool> dirty, std::string_view now,
                                             std::int64_t max_idle_days = SCOPE_MAX_IDLE_DAYS) const {
    scope_error_t error = SCOPE_ERROR_INIT;
    scope_retention_t decision = 0;
    const scope_dirty_t asked = !dirty ? SCOPE_DIRTY_UNKNOWN : *dirty ? SCOPE_DIRTY_YES : SCOPE_DIRTY_NO;
    if (scope_decide_retention(handle_.get(), asked, now.data(), now.size(), max_idle_days, &decision, &error) !=
        SCOPE_OK) {
      return error.input == SCOPE_PART_MAX_IDLE_DAYS ? fault(error, std::to_string(max_idle_days)) : fault(error);
    }
    return decision;
  }

 private:
  struct end {
    void operator()(scope_metadata_t* handle) const noexcept { scope_metadata_free(handle); }
  };

  friend class workspaces;

  explicit metadata(scope_metadata_t* handle) noexcept : handle_(handle) {}

  std::unique_ptr<scope_metadata_t, end> handle_;
};

/// A workspace of a user, as it was when it was asked for.
struct workspace {
  std::string user_id;
  std::string directory;  ///< The name of its directory.
  std::string path;
  scope::metadata metadata;
  std::optional<fault> recovered;  ///< Why the metadata had to be recovered (W8).
};

/// What lies where a workspace would, and what is wrong with it.
struct workspace_problem {
  std::string directory;
  scope::fault fault;
};

/// The workspaces of a user, by the name of their directory.
struct workspace_list {
  std::vector<workspace> workspaces;
  std::vector<workspace_problem> problems;
};

/// The workspaces of a data directory, of all its users (W8, W9). Linux only; elsewhere `open` is `SCOPE_UNSUPPORTED`.
class workspaces {
 public:
  /// `now` is for tests: what counts as the time in all calls.
  static result<workspaces> open(std::string_view data_dir, std::optional<std::string_view> now = std::nullopt) {
    scope_error_t error = SCOPE_ERROR_INIT;
    scope_workspaces_options_t options = SCOPE_WORKSPACES_OPTIONS_INIT;
    options.now = detail::view(now);
    scope_workspaces_t* made = nullptr;
    detail::found_text found;
    if (scope_workspaces_open(&options, data_dir.data(), data_dir.size(), found.data(), found.size(), &made, &error) !=
        SCOPE_OK) {
      return fault(error);
    }
    return workspaces(made);
  }

  /// Where a workspace is, or would be (W1).
  result<std::string> path(std::string_view user_id, std::string_view owner, std::string_view repo) const {
    return detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t* error) {
      return scope_workspaces_path(handle_.get(), user_id.data(), user_id.size(), owner.data(), owner.size(),
                                   repo.data(), repo.size(), buf, cap, needed, error);
    });
  }

  /// Finds a workspace, and makes sure that it is the one asked for (W8).
  result<workspace> get(std::string_view user_id, std::string_view owner, std::string_view repo) const {
    scope_error_t error = SCOPE_ERROR_INIT;
    scope_workspace_t* made = nullptr;
    detail::found_text found;
    if (scope_workspaces_get(handle_.get(), user_id.data(), user_id.size(), owner.data(), owner.size(), repo.data(),
                             repo.size(), found.data(), found.size(), &made, &error) != SCOPE_OK) {
      return fault(error);
    }
    const std::unique_ptr<scope_workspace_t, end> owned(made);
    return value(made);
  }

  /// Finds all workspaces of a user, and what else lies there (W8).
  result<workspace_list> list(std::string_view user_id) const {
    scope_error_t error = SCOPE_ERROR_INIT;
    scope_workspace_list_t* made = nullptr;
    detail::found_text found;
    if (scope_workspaces_list(handle_.get(), user_id.data(), user_id.size(), found.data(), found.size(), &made,
                              &error) != SCOPE_OK) {
      return fault(error);
    }
    const std::unique_ptr<scope_workspace_list_t, end> owned(made);
    workspace_list list;
    for (std::size_t at = 0; at < scope_workspace_list_count(made); ++at) {
      list.workspaces.push_back(value(scope_workspace_list_at(made, at)));
    }
    for (std::size_t at = 0; at < scope_workspace_list_problem_count(made); ++at) {
      scope_view_t directory = {nullptr, 0};
      std::size_t needed = 0;
      scope_workspace_list_problem(made, at, nullptr, 0, &needed, nullptr, nullptr);
      std::string texts(needed, '\0');
      scope_workspace_list_problem(made, at, texts.data(), texts.size(), nullptr, &directory, &error);
      list.problems.push_back({std::string(detail::text(directory)), fault(error)});
    }
    return list;
  }

  /// Says whether a path is a user's, and gives it without `.` and `..` (W9).
  result<std::string> validate_path(std::string_view user_id, std::string_view path) const {
    return detail::written(
        [&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t* error) {
          return scope_workspaces_validate_path(handle_.get(), user_id.data(), user_id.size(), path.data(), path.size(),
                                                buf, cap, needed, error);
        },
        8192);
  }

 private:
  struct end {
    void operator()(scope_workspaces_t* handle) const noexcept { scope_workspaces_free(handle); }
    void operator()(scope_workspace_t* handle) const noexcept { scope_workspace_free(handle); }
    void operator()(scope_workspace_list_t* handle) const noexcept { scope_workspace_list_free(handle); }
  };

  explicit workspaces(scope_workspaces_t* handle) noexcept : handle_(handle) {}

  static workspace value(const scope_workspace_t* handle) {
    const auto field = [&](scope_workspace_field_t field) {
      return detail::written([&](char* buf, std::size_t cap, std::size_t* needed, scope_error_t*) {
               return scope_workspace_get(handle, field, buf, cap, needed);
             }).value();
    };
    scope_metadata_t* copy = nullptr;
    const scope_status_t copied = scope_workspace_metadata(handle, &copy);
    scope::metadata metadata(copy);
    if (copied != SCOPE_OK) {
      result<scope::metadata>(detail::of_call(copied)).value();
    }
    scope_error_t error = SCOPE_ERROR_INIT;
    detail::found_text found;
    std::optional<fault> recovered;
    if (scope_workspace_recovered(handle, found.data(), found.size(), &error) != SCOPE_OK) {
      recovered.emplace(error);
    }
    return {field(SCOPE_WORKSPACE_USER_ID), field(SCOPE_WORKSPACE_DIRECTORY), field(SCOPE_WORKSPACE_PATH),
            std::move(metadata), std::move(recovered)};
  }

  std::unique_ptr<scope_workspaces_t, end> handle_;
};

}  // namespace scope

#endif  // SCOPE_CORE_HPP
