// The lines of a text in pieces. They end with CRLF or LF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tidings::todo_be {

class line_cutter {
  public:
    // Calls use(line, number, too_long) for each line that ends in the piece, without its end. What is longer than
    // `longest` bytes is cut off.
    template <class Use>
    void feed(std::string_view piece, std::size_t longest, Use use) {
        while (!piece.empty()) {
            const auto end = piece.find('\n');
            keep(piece.substr(0, end), longest);
            if (end == piece.npos) return;
            finish(use);
            piece.remove_prefix(end + 1);
        }
    }
    // The last line, when it has no end.
    template <class Use>
    void end(Use use) {
        if (!line_.empty()) finish(use);
    }

  private:
    void keep(std::string_view part, std::size_t longest);
    template <class Use>
    void finish(Use use) {
        if (line_.ends_with('\r')) line_.pop_back();
        use(std::string_view(line_), number_, too_long_);
        line_.clear();
        too_long_ = false;
        ++number_;
    }

    std::string line_;
    std::size_t number_ = 1;
    bool too_long_ = false;
};

}  // namespace tidings::todo_be
