// How the API's changes are written: compare-and-set, tried again when another replica was faster.
#include <boost/json/array.hpp>
#include <utility>

#include "ids/timestamp.hpp"
#include "ids/uuid.hpp"
#include "registry/endpoint_document.hpp"
#include "registry/endpoint_registry.hpp"
#include "registry/endpoint_start.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;

constexpr unsigned most_tries = 8;
constexpr const char* fixed_place =
    "is fixed when the endpoint is made, as `start`: to send events again make another endpoint that begins there, or "
    "delete this one and make it anew";

write_failure unavailable(const bus::connection& c, const boost::system::error_code& e) {
    if (e != bus::errc::refused && e != bus::errc::too_large)
        return {refusal::unavailable, "NATS does not answer now (" + e.message() + "); try again shortly"};
    return {refusal::unavailable, "NATS does not store it (" + c.why(e) + "): nothing was changed"};
}

write_failure no_such(const std::string& name) { return {refusal::not_found, "there is no endpoint '" + name + "'"}; }

write_failure differs() {
    return {refusal::revision_differs,
            "the endpoint has another revision than the precondition asks for; read it again"};
}

bool has(const violations& all, const std::string& pointer) {
    for (const auto& v : all)
        if (v.pointer == pointer) return true;
    return false;
}

std::string new_incarnation() {
    const auto id = ids::uuid::v7().str();
    return id.substr(id.size() - 12);
}

}  // namespace

std::optional<write_failure> endpoint_registry::refuse(const std::string& name) const {
    if (files_.contains(name))
        return write_failure{
            refusal::read_only,
            "endpoint '" + name + "' comes from the broadcaster's file or environment: change it there, and restart"};
    if (!bucket_)
        return write_failure{refusal::no_store, "in core mode there is no bucket to store endpoints in: use the file"};
    return std::nullopt;
}

runtime::task<boost::system::result<endpoint_registry::present, write_failure>> endpoint_registry::read(
    std::string name) {
    using answer = boost::system::result<present, write_failure>;
    // What others have stored under another name can be looked at, and removed.
    if (!valid_endpoint_name(name) && !stored_.contains(name)) co_return answer(present{0, violations{}});
    const auto found = co_await bucket_->get(name);
    if (found) co_return answer(present{found->revision, stored_endpoint::parse(found->value)});
    // No bucket yet is no key either; writing tells what is the matter.
    if (found.error() == bus::errc::not_found) co_return answer(present{0, violations{}});
    co_return answer(unavailable(*bus_, found.error()));
}

boost::system::result<endpoint_registry::prepared, write_failure> endpoint_registry::prepare(const std::string& name,
                                                                                             json::object document,
                                                                                             const present& now) const {
    violations wrong;
    endpoint_spec defaults;
    defaults.values.allow_private_addresses = policy_.allow_private_addresses;
    auto spec = read_document(document, std::move(defaults), wrong);
    const auto* given_name = document.if_contains("name");
    if (given_name != nullptr && given_name->is_string() && spec.values.name != name)
        wrong.push_back({"/name", "must be the name in the path: an endpoint keeps its name"});
    if (spec.values.source_stream.empty()) spec.values.source_stream = policy_.default_stream;
    const bool new_secrets = document.contains("secrets");
    if (!spec.values.secrets.empty() && !box_.can_seal())
        wrong.push_back({"/secrets",
                         "cannot be stored, because there is no key to encrypt them with: set ENDPOINTS_KEY to what "
                         "`openssl rand -base64 32` prints, or ENDPOINTS_KEY_FILE to a file that holds it"});
    if (now.revision != 0 && now.what && now.what->start.stream == spec.values.source_stream &&
        !keep_place(document, spec, now.what->document))
        wrong.push_back({"/deliver_from", fixed_place});
    prepared p;
    if (now.revision != 0 && now.what) p.stored = *now.what;
    p.stored.document = std::move(document);
    p.stored.document.erase("secrets");
    p.stored.document["name"] = name;
    if (!new_secrets && !p.stored.secrets.empty()) {
        auto kept = p.stored.open(name, box_, policy_);
        if (kept) spec.values.secrets = kept->secrets;
        if (kept.has_error())
            for (const auto& v : kept.error())
                if (v.pointer.starts_with("/secrets")) wrong.push_back(v);
    }
    spec.values.name = name;
    auto made = make_endpoint(spec, policy_);
    if (made.has_error())
        for (const auto& v : made.error())
            if (!has(wrong, v.pointer)) wrong.push_back(v);
    if (!wrong.empty()) return write_failure{refusal::rules_broken, "the endpoint breaks rules", std::move(wrong)};
    p.stored.secrets.clear();
    for (const auto& secret : made->secrets)
        p.stored.secrets.push_back(box_.seal(secret, name));
    p.opened = std::move(*made);
    return p;
}

// Nothing when another was faster.
runtime::task<std::optional<endpoint_store::outcome>> endpoint_registry::try_change(std::string name,
                                                                                    const document_edit& edit,
                                                                                    const precondition& allowed) {
    auto now = co_await read(name);
    if (!now) co_return outcome(now.error());
    auto document = edit(*now);
    if (!document) co_return outcome(document.error());
    auto p = prepare(name, std::move(*document), *now);
    if (!p) co_return outcome(p.error());
    // After all that would be refused without it (RFC 9110, 13.2.1).
    if (!allowed(now->revision == 0 ? std::nullopt : std::optional(now->revision))) co_return outcome(differs());
    const bool fresh = now->revision == 0 || p->stored.incarnation.empty();
    if (fresh) p->stored.created_at = ids::format(ids::now());
    std::vector<std::string> warnings;
    // Another stream has other sequences: the endpoint begins there anew.
    if (fresh || p->stored.start.stream != p->opened.source_stream) {
        p->stored.incarnation = new_incarnation();
        auto start = co_await start_of(*bus_, p->opened, std::string(policy_.default_stream));
        if (!start) co_return outcome(start.error());
        p->stored.start = std::move(start->at);
        if (!start->warning.empty()) warnings.push_back(std::move(start->warning));
    }
    auto settings = std::make_shared<endpoint>(std::move(p->opened));
    p->stored.place(*settings);
    const auto written = co_await bucket_->set(name, p->stored.text(), now->revision);
    if (written)
        co_return outcome(
            written_endpoint{{name, false, *written, std::move(settings), {}}, fresh, std::move(warnings)});
    if (written.error() == bus::errc::wrong_sequence) co_return std::nullopt;
    co_return outcome(unavailable(*bus_, written.error()));
}

runtime::task<endpoint_store::outcome> endpoint_registry::change(std::string name, document_edit edit,
                                                                 precondition allowed) {
    if (auto failure = refuse(name)) co_return std::move(*failure);
    for (unsigned i = 0; i < most_tries; ++i) {
        auto done = co_await try_change(name, edit, allowed);
        if (done) co_return std::move(*done);
    }
    co_return write_failure{refusal::unavailable, "the endpoint is being changed by others all the time; try again"};
}

runtime::task<endpoint_store::outcome> endpoint_registry::create(json::object document) {
    const auto* given = document.if_contains("name");
    const auto name = given != nullptr && given->is_string() ? std::string(given->get_string()) : std::string();
    if (files_.contains(name))
        co_return write_failure{refusal::name_taken, "the broadcaster's file has an endpoint '" + name + "' already"};
    co_return co_await change(
        name,
        [name,
         document = std::move(document)](const present& now) -> boost::system::result<json::object, write_failure> {
            if (now.revision == 0) return document;
            return write_failure{refusal::name_taken, "there is an endpoint '" + name + "' already; PUT replaces it"};
        },
        [](std::optional<std::uint64_t>) { return true; });
}

runtime::task<endpoint_store::outcome> endpoint_registry::put(std::string name, json::object document,
                                                              precondition allowed) {
    co_return co_await change(
        name,
        [document = std::move(document)](const present& now) -> boost::system::result<json::object, write_failure> {
            return replacement(document, now.revision != 0 && now.what ? now.what->document : json::object());
        },
        std::move(allowed));
}

runtime::task<endpoint_store::outcome> endpoint_registry::patch(std::string name, json::object patch,
                                                                precondition allowed) {
    co_return co_await change(
        name,
        [name, patch = std::move(patch)](const present& now) -> boost::system::result<json::object, write_failure> {
            if (now.revision == 0) return no_such(name);
            if (!now.what)
                return write_failure{refusal::rules_broken, "what is stored cannot be patched: replace it with PUT",
                                     now.what.error()};
            if (now.what->version > stored_endpoint::known_version)
                return write_failure{
                    refusal::rules_broken,
                    "what is stored was written by a later version of the broadcaster: change it there"};
            auto document = now.what->document;
            merge_patch(document, patch);
            // Taken away is not the same as not mentioned.
            if (const auto* secrets = patch.if_contains("secrets"); secrets != nullptr && secrets->is_null())
                document["secrets"] = json::array();
            return document;
        },
        std::move(allowed));
}

runtime::task<endpoint_store::outcome> endpoint_registry::remove(std::string name, precondition allowed) {
    if (auto failure = refuse(name)) co_return std::move(*failure);
    for (unsigned i = 0; i < most_tries; ++i) {
        const auto now = co_await read(name);
        if (!now) co_return now.error();
        if (now->revision == 0) co_return no_such(name);
        if (!allowed(now->revision)) co_return differs();
        const auto gone = co_await bucket_->remove(name, now->revision);
        if (gone) {
            const auto mark = name + std::string(resumed_suffix);
            if (bucket_->has(mark)) co_await bucket_->remove(mark, std::nullopt);
            co_return written_endpoint{{name, false, *gone, nullptr, {}}, false};
        }
        if (gone.error() != bus::errc::wrong_sequence) co_return unavailable(*bus_, gone.error());
    }
    co_return write_failure{refusal::unavailable, "the endpoint is being changed by others all the time; try again"};
}

runtime::task<endpoint_store::outcome> endpoint_registry::resume(std::string name) {
    const auto known = find(name);
    if (!known) co_return no_such(name);
    if (!bucket_) {
        listener_.on_resumed(name);
        co_return written_endpoint{*known, false};
    }
    const auto marked = co_await bucket_->mark(name + std::string(resumed_suffix), ids::format(ids::now()));
    if (!marked) co_return unavailable(*bus_, marked.error());
    co_return written_endpoint{*known, false};
}

}  // namespace tidings::broadcaster
