// Clients that change to-dos as fast as they get responses, retry every error, and remember what was
// acknowledged.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/servers.hpp"

namespace tidings::drills {

class writers {
  public:
    // `threads` clients of `api` ("http://127.0.0.1:8002/api") make `changes` acknowledged changes in total:
    // creations, patches and deletions.
    writers(std::string api, unsigned threads, unsigned changes);
    ~writers();

    unsigned acknowledged() const { return acknowledged_; }
    unsigned unanswered() const { return unanswered_; }
    void wait();  // until all changes are acknowledged

    // Per to-do the highest version that was acknowledged (a deletion counts as one): every version up to it must
    // arrive.
    const std::map<std::string, unsigned>& versions() const { return versions_; }

  private:
    void work(unsigned number);
    bool live(const std::string& name, bool and_delete);
    support::http_answer insist(const std::string& method, const std::string& path, const std::string& body,
                                const std::string& key);
    bool acknowledge(const std::string& id, unsigned version);

    std::string api_;
    unsigned wanted_;
    std::atomic<unsigned> acknowledged_{0}, unanswered_{0};
    std::atomic<bool> stop_{false};
    std::mutex mutex_;
    std::map<std::string, unsigned> versions_;
    std::vector<std::thread> threads_;
};

}  // namespace tidings::drills
