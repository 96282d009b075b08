#include "api/exchange/importer.hpp"

#include <utility>

#include "api/answers.hpp"
#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

using outcome = result<ids::uuid>;

constexpr std::size_t longest_part =
    4'096;  // bytes of a file: its rows are two hundred times as large when each is tiny

std::vector<outcome> outcomes_of(std::span<const write_result> written) {
    std::vector<outcome> all;
    for (const auto& w : written)
        all.push_back(w ? outcome(w->state.id) : outcome(w.error()));
    return all;
}

// What is kept for a key: a line for each row, its id or the number of its error.
std::string kept_outcomes(std::span<const write_result> written) {
    std::string text;
    for (const auto& w : written)
        text.append(w ? w->state.id.str() : std::to_string(w.error().value())) += '\n';
    return text;
}

std::vector<outcome> read_outcomes(std::string_view text) {
    std::vector<outcome> all;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        if (const auto id = ids::uuid::parse(line)) {
            all.emplace_back(*id);
        } else {
            all.emplace_back(static_cast<errc>(text::parse_number<int>(line).value_or(0)));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

violation violation_of(const boost::system::error_code& e) {
    const auto why = static_cast<errc>(e.value());
    return {std::string(field_of(why)), why};
}

}  // namespace

importer::importer(todo_store& store, import_options options, const request_context& context, lasting_right right)
    : store_(store),
      options_(std::move(options)),
      context_(context),
      right_(std::move(right)),
      report_(options_.dry_run) {}

runtime::task<result<>> importer::run(http::body_stream& body, violations& wrong) {
    import_file file(options_.format);
    for (bool ended = false; !ended;) {
        auto piece = co_await body.next();
        ended = piece.empty();
        do {
            const auto part = piece.substr(0, longest_part);
            piece.remove_prefix(part.size());
            auto rows = ended ? file.end() : file.feed(part);
            if (const auto taken = co_await take(std::move(rows)); !taken) co_return taken.error();
            if (file.broken().empty()) continue;
            wrong = file.broken();
            co_return errc::file_invalid;
        } while (!piece.empty());
    }
    co_return co_await settle();
}

// The database knows the rules of all time zones.
runtime::task<> importer::resolve(std::vector<import_row>& rows) {
    std::vector<local_time> times;
    for (const auto& row : rows)
        if (row.due_is_local && row.wrong.empty())
            times.push_back({row.what.fields.due->at, *row.what.fields.due_time_zone});
    if (times.empty()) co_return;
    const auto instants = co_await store_.instants_of(std::move(times));
    std::size_t next = 0;
    for (auto& row : rows) {
        if (!row.due_is_local || !row.wrong.empty()) continue;
        if (next < instants.size()) {
            row.what.fields.due->at = instants[next++];
        } else {
            row.wrong.push_back({"/due_time_zone", errc::time_zone_unknown});
        }
    }
}

runtime::task<result<>> importer::take(std::vector<import_row> rows) {
    co_await resolve(rows);
    for (auto& row : rows) {
        if (!row.wrong.empty()) {
            report_.failed(row.line, row.wrong);
            continue;
        }
        if (batch_.is_full_for(row)) {
            if (const auto done = co_await settle(); !done) co_return done.error();
        }
        batch_.add(std::move(row));
    }
    co_return result<>();
}

runtime::task<result<>> importer::settle() {
    const auto& rows = batch_.rows();
    if (rows.empty()) co_return result<>();
    co_await right_.check();
    result<outcomes> made = outcomes();
    if (options_.dry_run) {
        made = co_await check();
    } else {
        made = co_await write(0, rows.size(), std::to_string(batches_++));
    }
    if (!made) co_return made.error();
    std::vector<std::optional<ids::uuid>> ids;
    for (std::size_t i = 0; i < rows.size() && i < made->size(); ++i) {
        const auto& o = (*made)[i];
        ids.push_back(o ? std::optional(*o) : std::nullopt);
        if (o) report_.created(1);
        if (!o) report_.failed(rows[i].line, {violation_of(o.error())});
    }
    settled_line_ = rows.back().line;
    batch_.settle(ids);
    co_return result<>();
}

// In one commit, or several when their families are too large for one.
runtime::task<result<importer::outcomes>> importer::write(std::size_t begin, std::size_t end, std::string part) {
    auto kept = once(part, begin, end);
    auto made = co_await store_.write(batch_.writes(begin, end), set_mode::each, std::move(kept), context_);
    if (!made) co_return made.error();
    if (const auto* first = std::get_if<first_answer>(&*made)) co_return read_outcomes(first->text);
    if (const auto* w = std::get_if<std::vector<write_result>>(&*made)) co_return outcomes_of(*w);
    if (end - begin == 1) co_return outcomes{std::get<refused_write>(*made).why};
    const auto middle = begin + (end - begin) / 2;
    auto all = co_await write(begin, middle, part + ".0");
    if (!all) co_return all.error();
    auto rest = co_await write(middle, end, part + ".1");
    if (!rest) co_return rest.error();
    all->insert(all->end(), rest->begin(), rest->end());
    co_return all;
}

// What would become of the rows. Of a parent that is not of the file it is asked whether it is there.
runtime::task<importer::outcomes> importer::check() {
    outcomes all;
    for (const auto& row : batch_.rows()) {
        const auto& parent = row.what.fields.parent;
        all.emplace_back(row.id.value_or(ids::uuid()));
        if (!parent || batch_.knows(*parent)) continue;
        const auto found = co_await store_.find(owner_of(context_), *parent);
        if (!found) {
            all.back() = errc::parent_unknown;
        } else if (found->fields.parent) {
            all.back() = errc::parent_is_subtask;
        }
    }
    co_return all;
}

// A key of the client is one line: none is like ours.
std::optional<idempotency> importer::once(const std::string& part, std::size_t begin, std::size_t end) const {
    if (options_.idempotency_key.empty()) return std::nullopt;
    return idempotency{.key = options_.idempotency_key + "\nimport " + part,
                       .request = batch_.text(begin, end),
                       .answer = kept_outcomes};
}

}  // namespace tidings::todo_be
