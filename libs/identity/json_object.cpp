#include "identity/json_object.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <utility>

#include "text/json_builder.hpp"

namespace tidings::identity {

namespace json = boost::json;

namespace {

constexpr std::size_t deepest = 8;

}  // namespace

std::optional<json::object> read_object(std::string_view text) {
    json::parse_options options;
    options.max_depth = deepest;
    json::basic_parser<text::json_builder> parser(options, json::storage_ptr());
    json::error_code failure;
    const auto used = parser.write_some(false, text.data(), text.size(), failure);
    if (failure || used < text.size()) return std::nullopt;
    auto document = parser.handler().stack.release();
    if (!document.is_object() || text::count_members(document) != parser.handler().members) return std::nullopt;
    return std::move(document.get_object());
}

std::optional<std::string_view> text_of(const json::object& in, std::string_view member) {
    const auto* const found = in.if_contains({member.data(), member.size()});
    if (found == nullptr || !found->is_string()) return std::nullopt;
    return std::string_view(found->get_string());
}

}  // namespace tidings::identity
