// Which statements a connection has prepared, in the order of their last use. Pure.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tidings::pg {

// Each takes memory of the server, for its text and its plan.
inline constexpr std::size_t most_prepared = 100;

class prepared_statements {
  public:
    explicit prepared_statements(std::size_t most = most_prepared) : most_(most) {}

    // Whether it is there; then it is the one used last.
    bool use(std::string_view name);
    // One that is not there.
    void add(std::string name);
    void remove(std::string_view name);
    // The one that was used least recently, when there are more than `most`.
    std::optional<std::string> surplus() const;
    std::size_t size() const { return by_use_.size(); }

  private:
    std::size_t most_;
    std::list<std::string> by_use_;  // the latest first
    std::unordered_map<std::string_view, std::list<std::string>::iterator> places_;
};

}  // namespace tidings::pg
