#include "store/write/zone_lookup.hpp"

#include <boost/container/small_vector.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "store/read/todo_rows.hpp"

namespace tidings::todo_be {

namespace {

using direction = zone_clocks::direction;

constexpr std::string_view unknown_zone = "22023";  // invalid_parameter_value

// Of a clock time that comes twice PostgreSQL takes the second one (and of one that is left out what the offset before
// makes of it, as RFC 5545 does). `early`: with the offset of a day before, which is the first one, if it is that time.
const pg::statement zone_times{"zone_times", R"sql(
select (extract(epoch from case when q.to_clock then (q.at at time zone q.zone) at time zone 'UTC'
                                when early.at at time zone q.zone = q.at at time zone 'UTC' then least(early.at, late.at)
                                else late.at end) * 1000000)::bigint
from unnest($1::boolean[], $2::timestamptz[], $3::text[]) with ordinality as q (to_clock, at, zone, place),
     lateral (select (q.at at time zone 'UTC') at time zone q.zone as at) as late,
     lateral (select late.at - interval '24 hours' as at) as before,
     lateral (select q.at - ((before.at at time zone q.zone) - (before.at at time zone 'UTC')) as at) as early
order by q.place)sql"};

}  // namespace

runtime::task<> look_up(pg::connection& connection, zone_clocks& clocks) {
    const auto wanted = clocks.wanted();
    clocks.forget_wanted();
    boost::container::small_vector<bool, 16> to_clock;
    std::vector<std::optional<std::int64_t>> times;
    std::vector<std::string_view> zones;
    for (const auto& [d, at, zone] : wanted) {
        to_clock.push_back(d == direction::to_clock);
        times.emplace_back(microseconds(at));
        zones.push_back(zone);
    }
    try {
        const auto found = co_await connection.query(
            zone_times,
            pg::parameters().booleans(std::span(to_clock.data(), to_clock.size())).timestamps(times).texts(zones));
        for (std::size_t i = 0; i < found.size(); ++i)
            clocks.answer(wanted[i], ids::timestamp(std::chrono::microseconds(found.integer(i, 0))));
    } catch (const pg::error& e) {
        if (e.sqlstate != unknown_zone) throw;
        for (const auto& q : wanted)
            clocks.answer(q, std::get<ids::timestamp>(q));
    }
}

}  // namespace tidings::todo_be
