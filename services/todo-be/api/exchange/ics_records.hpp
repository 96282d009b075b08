// The VTODOs of an iCalendar file (RFC 5545): SUMMARY, DESCRIPTION, DUE, STATUS, COMPLETED, PRIORITY, CATEGORIES, UID,
// RELATED-TO and what append_ics adds; other properties and components are passed over, but a recurrence is refused.
// CANCELLED is done. DUE with a TZID is a time of that zone; without a zone it is taken for UTC.
#pragma once

#include <string>

#include "api/exchange/ics_text.hpp"
#include "api/exchange/line_cutter.hpp"
#include "api/exchange/record.hpp"

namespace tidings::todo_be {

class ics_records final : public record_reader {
  public:
    void feed(std::string_view piece, std::vector<record>& out) override;
    void end(std::vector<record>& out) override;

  private:
    void take(std::string_view line, std::size_t number, bool too_long, std::vector<record>& out);
    void unfolded(std::vector<record>& out);
    void use(const ics_line& line, std::vector<record>& out);
    void set(const ics_line& line);
    void set_due(const ics_line& line);
    void note(std::string field, errc why);

    line_cutter lines_;
    std::string line_;  // unfolded, as far as it is there
    std::size_t line_begin_ = 1;
    std::size_t bytes_ = 0;  // of the VTODO
    bool in_todo_ = false;
    bool has_text_ = false, begun_ = false;  // anything but blanks; anything that begins
    std::size_t inner_ = 0;                  // components within the VTODO, such as VALARM
    record record_;
};

}  // namespace tidings::todo_be
