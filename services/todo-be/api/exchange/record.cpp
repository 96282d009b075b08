#include "api/exchange/record.hpp"

#include "api/exchange/csv_records.hpp"
#include "api/exchange/ics_records.hpp"
#include "api/exchange/json_records.hpp"
#include "api/exchange/todotxt_records.hpp"

namespace tidings::todo_be {

std::unique_ptr<record_reader> make_reader(file_format f) {
    switch (f) {
        case file_format::json:
            return std::make_unique<json_records>(false);
        case file_format::ndjson:
            return std::make_unique<json_records>(true);
        case file_format::csv:
            return std::make_unique<csv_records>();
        case file_format::todotxt:
            return std::make_unique<todotxt_records>();
        case file_format::ics:
            return std::make_unique<ics_records>();
    }
    return nullptr;
}

}  // namespace tidings::todo_be
