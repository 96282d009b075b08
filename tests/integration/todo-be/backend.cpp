#include "backend.hpp"

#include <boost/json/parse.hpp>

#include "support/catch.hpp"

namespace tidings::todo_be_test {

namespace {

support::process::options program_options(const std::string& database_url, const std::string& nats_url,
                                          std::uint16_t port, std::uint16_t metrics_port,
                                          const std::filesystem::path& log, const backend_options& o) {
    support::process::options p;
    p.argv = {support::program("todo-be")};
    p.environment = {{"DATABASE_URL", database_url},
                     {"NATS_URL", nats_url},
                     {"PORT", std::to_string(port)},
                     {"METRICS_PORT", std::to_string(metrics_port)}};
    for (const auto& [name, value] : o.environment)
        p.environment[name] = value;
    p.log = log;
    return p;
}

}  // namespace

backend::backend(const std::string& database_url, const std::string& nats_url, backend_options options)
    : port_(support::free_port()),
      metrics_port_(support::free_port()),
      process_(program_options(database_url, nats_url, port_, metrics_port_, dir_.path() / "log", options)) {
    if (!options.wait_ready) return;
    const bool is_ready = support::eventually([this] { return ready(); });
    INFO(log());
    REQUIRE(is_ready);
}

support::http_answer backend::call(const std::string& method, const std::string& path, const std::string& body,
                                   headers h) const {
    const std::string url = "http://127.0.0.1:" + std::to_string(port_) + path;
    bool typed = body.empty();
    for (const auto& [name, value] : h)
        typed = typed || name == "Content-Type";
    if (!typed) h.emplace_back("Content-Type", "application/json");
    return support::http_call(method, url, body, h);
}

support::http_answer backend::post(const std::string& body, headers h) const {
    return call("POST", "/api/todos", body, std::move(h));
}

support::http_answer backend::patch(const std::string& id, const std::string& body, headers h) const {
    return call("PATCH", "/api/todos/" + id, body, std::move(h));
}

boost::json::object backend::get(const std::string& id) const { return json_of(call("GET", "/api/todos/" + id)); }

bool backend::ready() const {
    try {
        return call("GET", "/readyz").status == 200;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::optional<double> backend::metric(const std::string& series) const {
    const auto answer = support::http_call("GET", "http://127.0.0.1:" + std::to_string(metrics_port_) + "/metrics");
    return support::metric_value(answer.body, series);
}

boost::json::object json_of(const support::http_answer& answer) { return boost::json::parse(answer.body).as_object(); }

std::string text_of(const boost::json::value& v) { return std::string(v.as_string()); }

std::string id_of(const support::http_answer& created) {
    INFO(created.body);
    REQUIRE(created.status == 201);
    return text_of(json_of(created).at("id"));
}

bool is_problem(const support::http_answer& answer, int status) {
    if (answer.status != status || answer.header("content-type") != "application/problem+json") return false;
    const auto problem = json_of(answer);
    return problem.at("status").as_int64() == status && !problem.at("detail").as_string().empty();
}

}  // namespace tidings::todo_be_test
