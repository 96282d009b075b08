#include "http/server/router.hpp"

#include <algorithm>
#include <stdexcept>

#include "http/message/target.hpp"

namespace tidings::http {

namespace {

// "/a/b" -> {"a", "b"}; "/" -> {""}; "/a/" -> {"a", ""}.
void split(std::string_view path, std::vector<std::string_view>& out) {
    while (!path.empty()) {
        path.remove_prefix(1);
        out.push_back(path.substr(0, path.find('/')));
        path.remove_prefix(out.back().size());
    }
}

bool needs_decoding(std::string_view segment) { return segment.find('%') != std::string_view::npos; }

bool equals_decoded(std::string_view raw, std::string_view literal) {
    return needs_decoding(raw) ? percent_decode(raw) == literal : raw == literal;
}

void note(std::vector<method>& allowed, method m) {
    if (std::find(allowed.begin(), allowed.end(), m) == allowed.end()) allowed.push_back(m);
}

}  // namespace

router::router(std::string base_path) : base_path_(std::move(base_path)) {
    while (base_path_.ends_with('/'))
        base_path_.pop_back();
    if (!base_path_.empty() && base_path_.front() != '/') base_path_.insert(0, 1, '/');
}

std::vector<router::segment> router::compile(std::string_view pattern) {
    std::vector<std::string_view> parts;
    split(pattern, parts);
    std::vector<segment> segments;
    for (const auto part : parts) {
        const auto end = part.find('}');
        const bool is_param = part.starts_with('{') && end != std::string_view::npos;
        segments.push_back(is_param
                               ? segment{std::string(part.substr(1, end - 1)), true, std::string(part.substr(end + 1))}
                               : segment{std::string(part), false});
    }
    return segments;
}

void router::add(route r) {
    const auto& pattern = r.pattern;
    if (!pattern.starts_with('/')) throw std::logic_error("route must begin with a slash: " + pattern);
    for (const auto& e : entries_) {
        if (e.route.method == r.method && e.route.pattern == pattern)
            throw std::logic_error("duplicate route: " + std::string(to_string(r.method)) + ' ' + pattern);
    }
    auto segments = compile(pattern);
    const auto more_specific = [](const std::vector<segment>& a, const entry& b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.segments.begin(), b.segments.end(),
                                            [](const auto& x, const auto& y) { return x.kind() < y.kind(); });
    };
    const auto place = std::upper_bound(entries_.begin(), entries_.end(), segments, more_specific);
    entries_.insert(place, {std::move(r), std::move(segments)});
}

std::optional<std::chrono::milliseconds> router::shortest_timeout() const {
    std::optional<std::chrono::milliseconds> shortest;
    for (const auto& e : entries_) {
        for (const auto& limit : {e.route.options.body_timeout, e.route.options.handler_timeout})
            if (limit) shortest = std::min(*limit, shortest.value_or(*limit));
    }
    return shortest;
}

// As ":enable" behind a name: that path is a resource of its own, whatever else a name may hold.
bool router::has_suffix(const entry& e) {
    return std::ranges::any_of(e.segments, [](const auto& s) { return !s.suffix.empty(); });
}

bool router::fits(const entry& e, const cut_path& path) {
    return std::equal(e.segments.begin(), e.segments.end(), path.begin(), path.end(), [](const auto& s, auto given) {
        if (!s.is_param) return equals_decoded(given, s.text);
        return given.size() > s.suffix.size() && given.ends_with(s.suffix);
    });
}

std::string_view router::without_base(std::string_view path) const {
    if (base_path_.empty() || !path.starts_with(base_path_)) return path;
    const auto rest = path.substr(base_path_.size());
    if (rest.empty()) return "/";
    return rest.front() == '/' ? rest : path;
}

const router::entry* router::choose(method m, const cut_path& path, std::vector<method>& allowed) const {
    const entry* get = nullptr;
    bool suffix = false;
    for (const auto& e : entries_) {
        if (!fits(e, path) || (suffix && !has_suffix(e))) continue;
        suffix = suffix || has_suffix(e);
        if (e.route.method == m) return &e;
        if (e.route.method == method::get && get == nullptr) get = &e;
        note(allowed, e.route.method);
    }
    if (m == method::head && get != nullptr) return get;
    if (get != nullptr) note(allowed, method::head);
    if (!allowed.empty()) note(allowed, method::options);
    return nullptr;
}

router::match router::lookup(request& r, std::string_view path) const {
    cut_path segments;
    split(path, segments);
    match found;
    const auto* chosen = choose(r.method, segments, found.allowed);
    if (chosen == nullptr) return found;
    r.params.clear();
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const auto& s = chosen->segments[i];
        if (!s.is_param) continue;
        const auto value = segments[i].substr(0, segments[i].size() - s.suffix.size());
        r.params.emplace_back(s.text, percent_decode(value).value_or(std::string{}));
    }
    r.path = percent_decode(path).value_or(std::string{});
    return {&chosen->route, {}};
}

std::vector<std::pair<method, std::string>> router::routes() const {
    std::vector<std::pair<method, std::string>> all;
    for (const auto& e : entries_)
        all.emplace_back(e.route.method, e.route.pattern);
    return all;
}

router::match router::find(request& r) const {
    const auto whole = raw_path(r.target);
    const auto path = without_base(whole);
    auto found = lookup(r, path);
    if (found.route == nullptr && found.allowed.empty() && path.size() != whole.size()) found = lookup(r, whole);
    if (found.route == nullptr) r.path = percent_decode(path).value_or(std::string{});
    return found;
}

}  // namespace tidings::http
