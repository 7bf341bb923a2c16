// The C++ wrapper, with exceptions; and without, when compiled with -fno-exceptions.
#include "scope_core.hpp"

#include <type_traits>

#include "trees.h"

static const char user[] = "123e4567-e89b-12d3-a456-426614174000";
static const char recorded[] =
    R"({"owner":"acme","repo":"widget","fullName":"acme/widget","lastAccessedAt":"2026-01-01T00:00:00Z","createdAt":"2026-01-01T00:00:00Z"})";

/// A directory of the test's own, and the current one: with a repository and workspaces in it.
struct tree {
  tree() {
    make_root(root);
    REQUIRE(chdir(root) == 0);
    make_repository("app", "ref: refs/heads/main\n", "false");
    make_repository("odd", "ref: refs/heads/origin/topic\n", "false");
    const std::string users = std::string("workspaces/") + user;
    for (const std::string& path : {std::string("workspaces"), users, users + "/acme__widget", users + "/acme__lost"}) {
      make_directory(path.c_str());
    }
    make_directory((users + "/next_js").c_str());
    make_file((users + "/acme__widget/.workspace.json").c_str(), recorded, sizeof recorded - 1);
  }
  ~tree() {
    REQUIRE(chdir("/") == 0);
    remove_tree(root);
  }
  tree(const tree&) = delete;
  tree& operator=(const tree&) = delete;

  char root[PATH_MAX];
};

int main() {
  using namespace std::string_literals;
  int checked = 0;
#define EXPECT(condition)  \
  do {                     \
    REQUIRE((condition));  \
    checked++;             \
  } while (0)

  const auto widget = scope::reference::parse("@acme/widget:latest").value();
  EXPECT(widget.scope() == "acme" && widget.name() == "widget" && widget.tag() == "latest");
  EXPECT(widget.text() == "@acme/widget:latest" && widget.storage_component() == "acme__widget");
  EXPECT(!scope::reference::parse("@acme/widget")->tag());
  EXPECT(*scope::reference::parse("@acme/widget") < widget && widget == widget && !(widget != widget));

  const auto refused = scope::reference::parse("@Acme/widget");
  EXPECT(!refused && refused.fault().status() == SCOPE_INVALID_CHARACTER);
  EXPECT(refused.fault().code() == "invalid_character" && refused.fault().part() == "scope");
  EXPECT(refused.fault().input() == "reference" && refused.fault().offset() == 1);
  EXPECT(refused.fault().suggestion() == "@acme/widget"s);
  EXPECT(refused.fault().message() ==
         "invalid reference \"@Acme/widget\": the scope may not hold 'A'; use only a-z, 0-9 and '-'; did you mean "
         "\"@acme/widget\"?");
#if defined(__cpp_exceptions)
  try {
    scope::reference::parse("@Acme/widget").value();
    EXPECT(false);
  } catch (const scope::error& error) {
    EXPECT(error.what() == refused.fault().message() && error.fault().offset() == 1);
  }
#endif
  EXPECT(scope::parse_normalized(" @Acme/Widget:RC ").value() == "@acme/widget:RC");
  EXPECT(scope::make_reference("acme", "widget").value() == "@acme/widget");
  EXPECT(scope::make_reference("acme", "widget", "1").value() == "@acme/widget:1");
  EXPECT(scope::make_reference("acme", "widget", "").fault().code() == "empty_tag");
  EXPECT(scope::normalize("\t@Acme/X").value() == "@acme/X"s.replace(6, 1, "x"));
  EXPECT(scope::parse_many(std::vector{"@acme/x"s, "x"s})[1].fault().code() == "missing_at");
  const auto lines = scope::parse_lines("@acme/widget:1\nwidget").value();
  EXPECT(lines.size() == 2 && lines[0].is_reference() && lines[0].name_end == 12 && !lines[1].is_reference());
  EXPECT(lines[1].status() == SCOPE_MISSING_AT && scope::parse_lines("").value().empty());

  EXPECT(scope::is_valid("@acme/x") && scope::is_slug("acme") && scope::is_name("x") && scope::is_tag("1"));
  EXPECT(scope::is_branch("main") && !scope::is_branch("HEAD") && !scope::is_slug({}));
  EXPECT(scope::check_slug("acme") && scope::check_name("x") && scope::check_tag("1") && scope::check_path("/"));
  EXPECT(scope::check_worktree_key("w") && scope::check_branch("a..b").fault().offset() == 1);
  EXPECT(scope::suggest_slug("\xC3\x9C" "ber Caf\xC3\xA9").value() == "uber-cafe"s && !scope::suggest_slug("!").value());
  EXPECT(scope::default_slug("").value() == "user-e3b0c442");

  const auto policy = scope::policy::make().value();
  EXPECT(policy.is_reserved("admin") && policy.check_claimable("acme"));
  EXPECT(policy.check_claimable("vm0-x").fault().code() == "reserved_prefix");
  EXPECT(policy.resolve("widget", "acme").value().text == "@acme/widget");
  EXPECT(policy.resolve("user-42-web", std::nullopt, "42").value().alias == "web"s);
  EXPECT(policy.resolve("widget").fault().code() == "no_default_scope");
  EXPECT(policy.resolve(" @Acme/X", std::nullopt, std::nullopt, true).value().kind == SCOPE_RESOLVED_SCOPED);
  scope::policy_options options;
  options.reserved.emplace();
  options.no_legacy_prefix = true;
  EXPECT(!scope::policy::make(options).value().is_reserved("admin"));
  EXPECT(scope::policy::make(options).value().resolve("vm0-x").fault().code() == "no_default_scope");
  options.reserved->push_back("a!c");
  EXPECT(scope::policy::make(options).fault().part() == "reserved");
  EXPECT(scope::policy::make(options).fault().message().find("\"a!c\"") != std::string::npos);

  EXPECT(scope::template_alias("AB-12", "My.Image", "e3b0c442").value() == "scope-ab-12-image-my-image-version-e3b0c442");
  const auto long_alias = scope::template_alias("1", std::string(300, 'a'), "1");
  EXPECT(long_alias.fault().input() == "alias" && long_alias.fault().message().find("\"scope-1-image-aaa") == 14);
  EXPECT(scope::distinct_template_alias("x", "a", "e3b0c442").fault().code() == "invalid_uuid");
  EXPECT(scope::legacy_user_alias("42", "web").value() == "user-42-web");
  EXPECT(scope::version_hash("") == "e3b0c442" && scope::content_hash("").size() == 64);

  const auto decision = scope::decide_access(SCOPE_TYPE_PERSONAL, "u1", "u1", 0, SCOPE_ACTION_RENAME).value();
  EXPECT(!decision.allowed && decision.reason_name == "force_required" && decision.rule == "X3");
  EXPECT(scope::decide_access(9, {}, {}, 0, SCOPE_ACTION_READ).fault().status() == SCOPE_INVALID_ARGUMENT);

  const auto branch = scope::key::branch("/src/app", "feature/login").value();
  EXPECT(branch.kind() == SCOPE_KIND_BRANCH && branch.display() == "/src/app:feature/login");
  EXPECT(branch.display_short() == "app:feature/login" && branch.primary_path() == "/src/app"s);
  EXPECT(branch.branch_name() == "feature/login"s && !branch.worktree_key() && !branch.worktree_path());
  EXPECT(branch.distinct_storage_key() == "app-feature-login--iwtvqigo7cmp4vzmrznoaraefi");
  EXPECT(branch.storage_key() == scope::key::worktree("/src/app", "feature-login")->storage_key());
  EXPECT(scope::key::from_uri(branch.uri()).value() == branch && scope::key::from_json(branch.to_json()).value() == branch);
  EXPECT(branch.search_order().size() == 3 && branch.search_order()[2] == scope::key::global());
  EXPECT(scope::key::global() < branch && scope::key::repository("/").value() != branch);
  EXPECT(scope::key::worktree("/src/app", "w", "/w").value().worktree_path() == "/w"s);
  static_assert(!std::is_copy_constructible_v<scope::key> && std::is_nothrow_move_constructible_v<scope::key>);

  EXPECT(scope::workspace_dir_name("vercel", "next.js").value() == "vercel__next_js");
  EXPECT(scope::distinct_workspace_dir_name("acme", "widget").value() == "acme__widget");
  EXPECT(scope::hosted_workspace_dir_name("gitlab.com", "acme/tools/widget").value() ==
         "tools__widget__pumtuzruta437jluveyj4zmgge");
  EXPECT(scope::workspace_path("/data", "123e4567-e89b-12d3-a456-426614174000", "acme", "widget").value() ==
         "/data/workspaces/123e4567-e89b-12d3-a456-426614174000/acme__widget");
  EXPECT(scope::contains("/data/u1", "/data/u1/x").value() && !scope::contains("/data/u1", "/data/u10").value());
  EXPECT(scope::contains("/a", "b").fault().input() == "path");
  const auto metadata = scope::metadata::make("acme", "widget", "2026-01-31T12:00:00Z").value();
  EXPECT(metadata.get(SCOPE_METADATA_FULL_NAME) == "acme/widget"s && !metadata.get(SCOPE_METADATA_LAST_SYNCED_AT));
  EXPECT(scope::metadata::from_json(metadata.to_json()).value().to_json() == metadata.to_json());
  EXPECT(metadata.decide_retention(std::nullopt, "2026-03-01T00:00:00Z").value() == SCOPE_RETENTION_WARN);
  EXPECT(metadata.decide_retention(false, "2026-03-01T00:00:00Z", -1).fault().message().find("\"-1\"") != std::string::npos);

  const tree made;
  const std::string root = made.root;
  const auto checkout = scope::checkout_info("app").value();
  EXPECT(checkout.primary_path == root + "/app" && checkout.worktree_path == checkout.primary_path);
  EXPECT(checkout.branch == "main"s && !checkout.worktree_key && !checkout.is_bare && !checkout.is_detached);
  EXPECT(scope::checkout_info().fault().code() == "not_a_repository");
  EXPECT(scope::checkout_info("caf\xE9").fault().code() == "non_utf8_path");
  EXPECT(scope::resolve_scope().value() == scope::key::global());
  EXPECT(scope::resolve_scope("app").value() == scope::key::repository(root + "/app").value());
  EXPECT(scope::resolve_scope("app", {SCOPE_CHECKOUT_KIND_BRANCH, "topic"}).value().branch_name() == "topic"s);
  EXPECT(scope::key::of_checkout("app", SCOPE_CHECKOUT_KIND_WORKTREE).fault().suggestion() == "repository"s);
  EXPECT(scope::resolve_scope("odd", SCOPE_CHECKOUT_KIND_BRANCH).fault().suggestion() == "topic"s);

  const auto workspaces = scope::workspaces::open(root, "2026-01-01T00:00:00Z").value();
  EXPECT(scope::workspaces::open("data").fault().input() == "data_dir");
  const auto found = workspaces.get(user, "acme", "widget").value();
  EXPECT(found.user_id == user && found.directory == "acme__widget" && !found.recovered);
  EXPECT(found.path == workspaces.path(user, "acme", "widget").value());
  EXPECT(found.metadata.to_json() == recorded);
  EXPECT(workspaces.get(user, "acme", "none").fault().message().find("\"acme/none\"") != std::string::npos);
  const auto list = workspaces.list(user).value();
  EXPECT(list.workspaces.size() == 2 && list.workspaces[0].directory == "acme__lost");
  EXPECT(list.workspaces[0].recovered->code() == "metadata_missing");
  EXPECT(list.problems.size() == 1 && list.problems[0].directory == "next_js");
  EXPECT(list.problems[0].fault.code() == "metadata_missing");
  EXPECT(workspaces.validate_path(user, found.path + "/./x/../.workspace.json").value() == found.path + "/.workspace.json");
  EXPECT(workspaces.validate_path(user, root).fault().code() == "outside_workspaces");
  const auto too_long = workspaces.validate_path(user, found.path + "/" + std::string(300, 'a'));
  EXPECT(too_long.fault().code() == "io_failed" && too_long.fault().detail() && !refused.fault().detail());

  std::printf("%d passed, 0 failed\n", checked);
}
