// What became of the lines of an imported file.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "domain/errc.hpp"

namespace tidings::todo_be {

inline constexpr std::size_t most_errors_listed = 100;

class import_report {
  public:
    explicit import_report(bool dry_run) : dry_run_(dry_run) {}

    void created(std::size_t n) { created_ += n; }
    // One line, whatever is wrong with it. Pre: there is something.
    void failed(std::size_t line, const violations& wrong);

    std::size_t created() const { return created_; }
    // {"dry_run":..., "created":..., "failed":..., "errors":[{"line":..., "field":..., "detail":...}]}
    std::string text() const;

  private:
    struct line_error {
        std::size_t line;
        std::string field, detail;
    };

    bool dry_run_;
    std::size_t created_ = 0;
    std::size_t failed_ = 0;
    std::vector<line_error> errors_;
};

}  // namespace tidings::todo_be
