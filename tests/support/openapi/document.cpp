#include "support/openapi/document.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>

namespace tidings::openapi {

namespace {

constexpr const char* methods[] = {"get", "head", "post", "put", "patch", "delete", "options"};

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

std::vector<std::string> paths_of(const std::string& path, const YAML::Node& item) {
    std::vector<std::string> all{path};
    for (const auto& alias : item["x-also-at"])
        all.push_back(alias.as<std::string>());
    return all;
}

}  // namespace

std::vector<operation> operations_of(const std::string& service) {
    const auto document = YAML::LoadFile(TIDINGS_SERVICES "/" + service + "/openapi.yaml");
    std::vector<operation> all;
    for (const auto& entry : document["paths"]) {
        for (const auto* method : methods) {
            const auto described = entry.second[method];
            if (!described) continue;
            std::set<unsigned> statuses;
            for (const auto& response : described["responses"])
                statuses.insert(response.first.as<unsigned>());
            for (const auto& path : paths_of(entry.first.as<std::string>(), entry.second))
                all.push_back({upper(method), path, statuses});
        }
    }
    return all;
}

std::set<std::string> documented(const std::string& service) {
    std::set<std::string> names;
    for (const auto& o : operations_of(service))
        names.insert(o.name());
    return names;
}

std::set<std::string> served(const std::vector<std::pair<http::method, std::string>>& routes) {
    std::set<std::string> names;
    for (const auto& [method, pattern] : routes)
        if (method != http::method::options) names.insert(std::string(to_string(method)) + ' ' + pattern);
    return names;
}

}  // namespace tidings::openapi
