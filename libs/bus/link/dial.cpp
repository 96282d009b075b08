#include "bus/link/dial.hpp"

#include <nats/nats.h>

#include <system_error>
#include <thread>

namespace tidings::bus {

namespace {

struct job {
    std::shared_ptr<loop_gate> gate;
    dial_options options;
    std::vector<std::string> servers;
    bool tls = false;
    std::shared_ptr<server_link> attached;  // from the callback, within natsConnection_Connect
};

server_link& link_of(void* user_data) { return **static_cast<std::shared_ptr<server_link>*>(user_data); }

natsStatus on_attach(void** user_data, void* loop, natsConnection* nc, natsSock socket) {
    auto& dialling = *static_cast<job*>(loop);
    try {
        dialling.attached = std::make_shared<server_link>(dialling.gate, nc, socket);
        *user_data = new std::shared_ptr<server_link>(dialling.attached);
    } catch (const std::exception&) {  // must not cross cnats' frames
        return NATS_SYS_ERROR;
    }
    return NATS_OK;
}

natsStatus on_read(void* user_data, bool add) {
    if (!add) link_of(user_data).stop_reading();
    return NATS_OK;
}

natsStatus on_write(void* user_data, bool add) {
    link_of(user_data).want_write(add);
    return NATS_OK;
}

natsStatus on_detach(void* user_data) {
    const std::unique_ptr<std::shared_ptr<server_link>> last(static_cast<std::shared_ptr<server_link>*>(user_data));
    (*last)->detached();
    return NATS_OK;
}

// Without one cnats prints to stderr. The text stays in the connection, where server_link::error() finds it.
void on_error(natsConnection*, natsSubscription*, natsStatus, void*) {}

using options_ptr = std::unique_ptr<natsOptions, decltype(&natsOptions_Destroy)>;

natsStatus set_servers(natsOptions* o, const std::vector<std::string>& servers) {
    std::vector<const char*> urls;
    for (const auto& server : servers)
        urls.push_back(server.c_str());
    return natsOptions_SetServers(o, urls.data(), static_cast<int>(urls.size()));
}

natsStatus set_security(natsOptions* o, const job& dialling) {
    natsStatus s = NATS_OK;
    const auto& user = dialling.options.user;
    if (!user.empty()) s = natsOptions_SetUserInfo(o, user.c_str(), dialling.options.password.c_str());
    const auto& [credentials, ca] = std::tie(dialling.options.credentials_file, dialling.options.ca_file);
    // Read at each try: credentials may have been rotated.
    if (s == NATS_OK && !credentials.empty())
        s = natsOptions_SetUserCredentialsFromFiles(o, credentials.c_str(), nullptr);
    if (s == NATS_OK && (dialling.tls || !ca.empty())) s = natsOptions_SetSecure(o, true);
    if (s == NATS_OK && !ca.empty()) s = natsOptions_LoadCATrustedCertificates(o, ca.c_str());
    return s;
}

natsStatus set_behaviour(natsOptions* o, job& dialling) {
    natsStatus s = natsOptions_SetName(o, dialling.options.name.c_str());
    if (s == NATS_OK) s = natsOptions_SetAllowReconnect(o, false);
    if (s == NATS_OK) s = natsOptions_SetNoRandomize(o, true);
    if (s == NATS_OK) s = natsOptions_SetTimeout(o, 2'000);
    if (s == NATS_OK) s = natsOptions_SetPingInterval(o, dialling.options.ping_interval.count());
    if (s == NATS_OK) s = natsOptions_SetMaxPingsOut(o, 2);
    if (s == NATS_OK) s = natsOptions_SetSendAsap(o, true);
    if (s == NATS_OK) s = natsOptions_SetErrorHandler(o, on_error, nullptr);
    if (s == NATS_OK) s = natsOptions_SetEventLoop(o, &dialling, on_attach, on_read, on_write, on_detach);
    return s;
}

natsStatus connect(job& dialling) {
    natsOptions* raw = nullptr;
    natsStatus s = natsOptions_Create(&raw);
    const options_ptr options(raw, &natsOptions_Destroy);
    if (s == NATS_OK) s = set_servers(raw, dialling.servers);
    if (s == NATS_OK) s = set_behaviour(raw, dialling);
    if (s == NATS_OK) s = set_security(raw, dialling);
    natsConnection* nc = nullptr;
    if (s == NATS_OK) s = natsConnection_Connect(&nc, raw);
    return s;
}

std::string explain(natsStatus s) {
    std::string text = natsStatus_GetText(s);
    const char* detail = nats_GetLastError(nullptr);
    if (detail && *detail && text != detail) text += std::string(": ") + detail;
    return text;
}

void run(job dialling, const std::function<void(dial_result)>& done) {
    dial_result outcome;
    const natsStatus s = connect(dialling);
    if (s == NATS_OK) {
        outcome.link = adoptable_link(std::move(dialling.attached));
    } else {
        outcome.error = explain(s);
    }
    dialling.gate->post([done, o = std::move(outcome)]() mutable { done(std::move(o)); });
}

}  // namespace

void dial(const std::shared_ptr<loop_gate>& gate, const dial_options& options, std::vector<std::string> servers,
          bool tls, std::function<void(dial_result)> done) {
    job dialling{gate, options, std::move(servers), tls, nullptr};
    try {
        std::thread(run, std::move(dialling), done).detach();
    } catch (const std::system_error& e) {
        gate->post([done, text = std::string(e.what())] { done(dial_result{adoptable_link(), text}); });
    }
}

}  // namespace tidings::bus
