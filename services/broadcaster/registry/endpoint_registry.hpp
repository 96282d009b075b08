// All endpoints of this broadcaster: those of its file and environment, which stay as they are, and those of the
// bucket, which are made, changed and removed through the API of any replica. A name belongs to one of them; a file's
// wins.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "domain/endpoint_store.hpp"
#include "registry/endpoint_bucket.hpp"
#include "registry/stored_endpoint.hpp"

namespace tidings::broadcaster {

// Told of the bucket's endpoints, on the loop; those of files are there from the start.
struct endpoint_listener {
    std::function<void(endpoint_ptr)> on_set;                  // new or changed
    std::function<void(const std::string& name)> on_unusable;  // what is stored of it now: its place is kept
    std::function<void(const std::string& name)> on_removed;
    std::function<void(const std::string& name)> on_resumed;
};

// Of the key that tells that an endpoint was resumed.
inline constexpr std::string_view resumed_suffix = ".resumed";

class endpoint_registry final : public endpoint_store {
  public:
    // `bus` null: no bucket (core mode).
    endpoint_registry(runtime::asio::io_context& ctx, bus::connection* bus, unsigned replicas, std::string scope,
                      std::span<const endpoint_ptr> of_files, secret_box box, const endpoint_policy& policy);
    void listen(endpoint_listener l) { listener_ = std::move(l); }

    // Follows the bucket until cancelled.
    runtime::task<> run();
    bool current() const { return !bucket_ || bucket_->current(); }
    // Which endpoints cannot be used, and why; empty: all can.
    std::string trouble() const;
    // Whether the endpoint of this identity (identity_of) was deleted, or made anew since. No: not known for sure.
    runtime::task<bool> is_gone(std::string identity);

    std::vector<registered_endpoint> list(std::string_view after, std::size_t most) const override;
    std::optional<registered_endpoint> find(std::string_view name) const override;
    runtime::task<outcome> create(boost::json::object document) override;
    runtime::task<outcome> put(std::string name, boost::json::object document, precondition allowed) override;
    runtime::task<outcome> patch(std::string name, boost::json::object patch, precondition allowed) override;
    runtime::task<outcome> remove(std::string name, precondition allowed) override;
    runtime::task<outcome> resume(std::string name) override;

  private:
    struct present {
        std::uint64_t revision = 0;                               // 0: there is none
        boost::system::result<stored_endpoint, violations> what;  // when there is one
    };
    using document_edit = std::function<boost::system::result<boost::json::object, write_failure>(const present&)>;
    struct prepared {
        stored_endpoint stored;
        endpoint opened;
    };

    registered_endpoint of_file(const endpoint_ptr& e) const;
    std::optional<write_failure> refuse(const std::string& name) const;
    runtime::task<boost::system::result<present, write_failure>> read(std::string name);
    boost::system::result<prepared, write_failure> prepare(const std::string& name, boost::json::object document,
                                                           const present& now) const;
    runtime::task<outcome> change(std::string name, document_edit edit, precondition allowed);
    runtime::task<std::optional<outcome>> try_change(std::string name, const document_edit& edit,
                                                     const precondition& allowed);
    void take(const std::string& key, const std::string& value, std::uint64_t revision);
    void drop(const std::string& key);

    std::map<std::string, endpoint_ptr, std::less<>> files_;
    std::map<std::string, registered_endpoint, std::less<>> stored_;
    secret_box box_;
    endpoint_policy policy_;
    endpoint_listener listener_;
    bus::connection* bus_;
    std::optional<endpoint_bucket> bucket_;
};

}  // namespace tidings::broadcaster
