// Reads what users typed and says what it stands for; see examples/README.md.
#include <iostream>
#include <scope_core.hpp>

int main() {
  const auto policy = scope::policy::make().value();
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << line << " -> ";
    if (const auto resolved = policy.resolve(line, "acme"); !resolved) {
      const scope::fault& fault = resolved.fault();
      std::cout << fault.code() << " at " << fault.offset() << ": " << fault.message() << '\n';
    } else if (resolved->kind != SCOPE_RESOLVED_SCOPED) {
      std::cout << "legacy template\n";
    } else {
      const auto reference = scope::reference::parse(resolved->text).value();
      std::cout << reference.text() << " in " << reference.storage_component() << '\n';
    }
  }

  const auto branch = scope::key::branch("/src/app", "feature/login").value();
  const auto worktree = scope::key::worktree("/src/app", "feature-login").value();
  for (const scope::key* key : {&branch, &worktree}) {
    std::cout << key->display() << " -> " << key->distinct_storage_key() << '\n';
  }
}
