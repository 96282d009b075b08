#include <fstream>
#include <stdexcept>

#include "support/postgres_cluster.hpp"
#include "support/process_tree.hpp"
#include "support/servers.hpp"

namespace tidings::support {

namespace {

constexpr std::chrono::seconds start_limit(60);  // a crash recovery on a busy machine
constexpr std::chrono::seconds stop_limit(30);

// The postmaster writes its state into line 8 of postmaster.pid, which is also what `pg_ctl -w` waits for. Line 1
// distinguishes our postmaster's file from one that a crash left behind.
bool accepts_connections(const std::filesystem::path& data, pid_t pid) {
    std::ifstream in(data / "postmaster.pid");
    std::string line, first;
    for (int number = 1; std::getline(in, line); ++number) {
        if (number == 1) first = line;
        if (number == 8) return first == std::to_string(pid) && line.starts_with("ready");
    }
    return false;
}

bool lost_the_port(const std::string& log) { return log.find("could not bind IPv4 address") != std::string::npos; }

}  // namespace

postgres_server::postgres_server() : port_(free_port()) {
    make_cluster(dir_.path() / "data");
    start_on_free_port();
}

postgres_server::postgres_server(follow primary) : port_(free_port()) {
    make_standby(dir_.path() / "data", primary.primary_port);
    start_on_free_port();
}

void postgres_server::start_on_free_port() {
    for (int attempt = 1;; ++attempt) {
        try {
            start();
            return;
        } catch (const std::runtime_error&) {
            if (attempt == 5 || !server_ || !lost_the_port(server_->output())) throw;
            port_ = free_port();
        }
    }
}

postgres_server::~postgres_server() {
    if (!server_) return;
    server_->signal(SIGQUIT);  // immediate shutdown: as quick as SIGKILL, but it frees its shared memory
    if (!server_->wait(stop_limit)) kill();
}

std::string postgres_server::url() const {
    return "postgresql://tidings@127.0.0.1:" + std::to_string(port_) + "/tidings";
}

void postgres_server::kill() { kill_with_children(server_.value()); }

void postgres_server::stop() {
    server_.value().signal(SIGINT);
    if (!server_->wait(stop_limit)) throw std::runtime_error("PostgreSQL does not stop:\n" + server_->output());
}

void postgres_server::start() {
    const auto data = dir_.path() / "data";
    const auto log = dir_.path() / "postgres.log";
    server_.emplace(process::options{
        {postgres_programs() / "postgres", "-D", data, "-p", std::to_string(port_)}, {}, log, "postgres"});
    eventually([&] { return accepts_connections(data, server_->pid()) || !server_->running(); }, start_limit);
    if (!accepts_connections(data, server_->pid())) {
        throw std::runtime_error("PostgreSQL does not start:\n" + server_->output());
    }
}

pid_t postgres_server::pid() const { return server_.value().pid(); }

}  // namespace tidings::support
