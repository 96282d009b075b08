// A file of to-dos in each format, written piece by piece.
#pragma once

#include <string>

#include "api/exchange/file_format.hpp"
#include "api/todo_json.hpp"

namespace tidings::todo_be {

class file_writer {
  public:
    // `json` must outlive it.
    file_writer(file_format f, const todo_json& json) : format_(f), json_(json) {}

    void begin(std::string& out) const;
    void append(std::string& out, const todo& t);
    void end(std::string& out) const;

  private:
    file_format format_;
    const todo_json& json_;
    bool first_ = true;
};

}  // namespace tidings::todo_be
