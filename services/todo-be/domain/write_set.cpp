#include "domain/write_set.hpp"

#include <algorithm>
#include <utility>

namespace tidings::todo_be {

namespace {

// The state of a to-do while the set is processed.
struct entry {
    std::int64_t read_version;
    std::optional<todo> state;  // nothing: removed by the set
    todo last;                  // its latest version, a removal's included
    std::int64_t adopted = 0;
};

bool is_under(const entry& e, const ids::uuid& parent) { return e.state && e.state->fields.parent == parent; }

class set_builder {
  public:
    set_builder(const std::vector<todo>& current, ids::timestamp now, const event_format& format,
                const trace_context& trace, user_id owner, zone_clocks& clocks)
        : now_(now), format_(format), trace_(trace), owner_(owner), clocks_(clocks) {
        for (const auto& t : current)
            entries_.push_back({t.version, t, t});
    }

    boost::system::error_code add(const create_todo& c) {
        if (const auto fits = check_recurrence(c.fields); !fits) return fits.error();
        auto fields = c.fields;
        const auto recurs = take_recurrence(fields);
        auto t = new_todo(std::move(fields), now_, owner_);
        if (t.done_at && c.done_at) t.done_at = c.done_at;
        if (const auto failure = put_under_parent(t)) return failure;
        decided_.results.push_back(written_todo{t, note(change::created, t, nullptr)});
        decided_.created.push_back(std::move(t));
        if (recurs) leave_next(*recurs);
        return {};
    }

    boost::system::error_code add(const change_todo& wanted) {
        auto* const e = find(wanted.id);
        const auto before = e == nullptr ? std::nullopt : e->state;
        auto next = decide(wanted, before, now_);
        if (!next) return next.error();
        if (next->state.fields.parent != before->fields.parent) {
            if (const auto failure = put_under_parent(next->state)) return failure;
        }
        decided_.results.push_back(written_todo{next->state, std::nullopt});
        if (next->what) {
            decided_.results.back()->event_id = note(*next->what, next->state, &*before);
            e->last = next->state;
            e->state = std::move(next->state);
        }
        if (next->recurs) leave_next(*next->recurs);
        return {};
    }

    boost::system::error_code add(const remove_todo& wanted) {
        auto* const e = find(wanted.id);
        if (auto allowed = decide(wanted, e == nullptr ? std::nullopt : e->state, now_); !allowed)
            return allowed.error();
        if (wanted.only_when_done && has_open_subtask(wanted.id)) return errc::not_done;
        std::size_t subtasks = 0;
        for (auto& other : entries_) {
            if (!is_under(other, wanted.id)) continue;
            remove(other);
            ++subtasks;
        }
        const auto event = remove(*e);
        decided_.results.push_back(written_todo{e->last, event, subtasks});
        return {};
    }

    set_decision take() {
        for (auto& e : entries_) {
            if (!e.state) {
                decided_.removed.push_back({std::move(e.last), e.read_version});
            } else if (e.last.version != e.read_version || e.adopted > 0) {
                decided_.changed.push_back({std::move(e.last), e.read_version, e.adopted});
            }
        }
        return std::move(decided_);
    }

    void leave_out(boost::system::error_code why) { decided_.results.emplace_back(why); }

    refused_write refused(std::size_t index, boost::system::error_code why) const {
        return {index, why, unknown_parent_};
    }

  private:
    ids::uuid note(change what, const todo& now, const todo* before) {
        decided_.events.push_back(make_event(what, now, before, format_, trace_));
        return decided_.events.back().id;
    }

    void leave_next(const todo_fields& done) {
        auto fields = next_of(done, clocks_);
        if (!fields) return;
        decided_.created.push_back(new_todo(std::move(*fields), now_, owner_));
        note(change::created, decided_.created.back(), nullptr);
    }

    // Its event.
    ids::uuid remove(entry& e) {
        e.last = next_version(*e.state, e.state->fields, now_);
        const auto event = note(change::deleted, e.last, &*e.state);
        e.state.reset();
        return event;
    }

    entry* find(const ids::uuid& id) {
        const auto e = std::find_if(entries_.begin(), entries_.end(), [&](const entry& x) { return x.last.id == id; });
        return e == entries_.end() ? nullptr : &*e;
    }

    std::ptrdiff_t count_under(const ids::uuid& parent) const {
        const auto in_entries =
            std::count_if(entries_.begin(), entries_.end(), [&](const entry& e) { return is_under(e, parent); });
        const auto made = std::count_if(decided_.created.begin(), decided_.created.end(),
                                        [&](const todo& t) { return t.fields.parent == parent; });
        return in_entries + made;
    }

    bool has_open_subtask(const ids::uuid& parent) const {
        return std::any_of(entries_.begin(), entries_.end(),
                           [&](const entry& e) { return is_under(e, parent) && !e.state->fields.done; });
    }

    // Checks that it may be where it wants to be.
    boost::system::error_code put_under_parent(const todo& t) {
        if (!t.fields.parent) return {};
        if (*t.fields.parent == t.id) return errc::parent_is_self;
        auto* const parent = find(*t.fields.parent);
        if (parent == nullptr || !parent->state) {
            unknown_parent_ = t.fields.parent;
            return errc::parent_unknown;
        }
        if (parent->state->fields.parent) return errc::parent_is_subtask;
        if (count_under(t.id) > 0) return errc::has_subtasks;
        if (count_under(*t.fields.parent) >= static_cast<std::ptrdiff_t>(most_subtasks)) return errc::subtasks_too_many;
        ++parent->adopted;
        return {};
    }

    std::optional<ids::uuid> unknown_parent_;
    ids::timestamp now_;
    const event_format& format_;
    const trace_context& trace_;
    user_id owner_;
    zone_clocks& clocks_;
    std::vector<entry> entries_;
    set_decision decided_;
};

std::vector<ids::uuid> each_once(std::vector<ids::uuid> ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

}  // namespace

std::variant<set_decision, refused_write> decide(const write_set& set, set_mode mode, const std::vector<todo>& current,
                                                 ids::timestamp now, const event_format& format,
                                                 const trace_context& trace, zone_clocks& clocks, user_id owner) {
    set_builder builder(current, now, format, trace, owner, clocks);
    for (std::size_t i = 0; i < set.size(); ++i) {
        const auto failure = std::visit([&](const auto& w) { return builder.add(w); }, set[i]);
        if (!failure) continue;
        if (mode == set_mode::whole) return builder.refused(i, failure);
        builder.leave_out(failure);
    }
    return builder.take();
}

std::vector<ids::uuid> named_by(const write_set& set) {
    auto named = families_of(set);
    for (const auto& w : set)
        if (const auto* c = std::get_if<change_todo>(&w)) named.push_back(c->id);
    return each_once(std::move(named));
}

std::vector<ids::uuid> families_of(const write_set& set) {
    std::vector<ids::uuid> named;
    for (const auto& w : set) {
        if (const auto* c = std::get_if<create_todo>(&w); c != nullptr && c->fields.parent)
            named.push_back(*c->fields.parent);
        if (const auto* r = std::get_if<remove_todo>(&w)) named.push_back(r->id);
        const auto* const c = std::get_if<change_todo>(&w);
        if (c == nullptr) continue;
        if (c->patch.parent && *c->patch.parent) named.push_back(**c->patch.parent);
        if (c->computed || (c->patch.parent && *c->patch.parent)) named.push_back(c->id);
    }
    return each_once(std::move(named));
}

}  // namespace tidings::todo_be
