#include "support/query.hpp"

#include <sstream>
#include <stdexcept>

#include "support/process.hpp"

namespace tidings::support {

std::vector<std::vector<std::string>> query(const std::string& database_url, const std::string& sql) {
    temp_dir dir;
    process::options o;
    o.argv = {"psql", "-X", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", sql, database_url};
    o.log = dir.path() / "out";
    process psql(std::move(o));
    const auto code = psql.wait(std::chrono::seconds(30));
    if (code != 0) throw std::runtime_error("psql: " + psql.output());
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(psql.output());
    for (std::string line; std::getline(lines, line);) {
        auto& row = rows.emplace_back();
        std::istringstream fields(line);
        for (std::string field; std::getline(fields, field, '\t');)
            row.push_back(field);
    }
    return rows;
}

}  // namespace tidings::support
