// The streams that the broadcaster keeps in existence.
#include "app.hpp"
#include "events/subjects.hpp"
#include "keep_stream.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

void app::keep(std::string name, std::vector<std::string> subjects, milliseconds max_age, std::uint64_t max_bytes,
               std::shared_ptr<runtime::wakeup> look, bool one_per_subject) {
    kept_stream k;
    k.config.name = std::move(name);
    k.config.subjects = std::move(subjects);
    k.config.max_age = std::chrono::duration_cast<std::chrono::seconds>(max_age);
    k.config.duplicate_window = 10min;
    k.config.replicas = static_cast<unsigned>(settings_.jetstream_replicas);
    // A retry that finds no room stays in hand; one that waits is never dropped.
    if (one_per_subject) k.config.max_messages_per_subject = 1;
    k.config.discard_new = one_per_subject;
    if (max_bytes > 0) k.bound(static_cast<std::int64_t>(max_bytes));
    k.status = std::make_shared<observe::check_result>(observe::check_result{false, "not created yet"});
    k.asking = asking_;
    k.look = std::move(look);
    k.only_create = k.config.name == settings_.stream && k.config.name != events::todos_stream;
    health_.add_note("stream " + k.config.name, [state = k.status] { return *state; });
    tasks_.spawn(keep_stream(publishes_, std::move(k)));
}

void app::keep_streams() {
    const auto below = [](std::string_view subject) { return std::vector{std::string(subject) + ".>"}; };
    // Those of the to-dos are not for a stream of somebody else, who makes it.
    const bool named = settings_.stream == events::todos_stream || settings_.subjects != settings().subjects;
    keep(settings_.stream, named ? settings_.subjects : std::vector<std::string>(), settings_.stream_max_age, 0,
         std::make_shared<runtime::wakeup>(ctx_.get_executor()));
    keep(std::string(events::attempts_stream), below(events::attempts_subject), settings_.records_max_age,
         settings_.attempts_max_bytes, records_missing_);
    keep(std::string(events::dead_letters_stream), below(events::dead_letters_subject), settings_.dead_letters_max_age,
         settings_.dead_letters_max_bytes, letters_missing_);
    health_.add_note("dead letters", [this] { return dead_.waiting(); });
}

}  // namespace tidings::broadcaster
