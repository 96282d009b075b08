// Writes at one replica, and reads what it wrote at another one right afterwards, as an item and in the list.
#pragma once

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "backend.hpp"

namespace tidings::todo_be_test {

// It runs on a thread of its own, where nothing may be CHECKed.
struct impatient_client {
    const std::vector<const backend*> replicas;
    std::mt19937 random;
    int stale = 0, failed = 0;

    const backend& any() { return *replicas[random() % replicas.size()]; }

    void run(int writes) {
        const auto id = text_of(json_of(any().post(R"({"title":"0"})")).at("id"));
        for (int n = 1; n <= writes; ++n) {
            const auto title = std::to_string(n);
            if (any().patch(id, R"({"title":")" + title + "\"}").status != 200) ++failed;
            // Twice each, so that the second one may be answered from memory.
            for (int i = 0; i < 2; ++i) {
                if (text_of(json_of(any().call("GET", "/api/todos/" + id)).at("title")) != title) ++stale;
                if (title_in_list(id) != title) ++stale;
            }
        }
    }
    std::string title_in_list(const std::string& id) {
        const auto page = json_of(any().call("GET", "/api/todos"));
        for (const auto& t : page.at("items").as_array())
            if (text_of(t.at("id")) == id) return text_of(t.at("title"));
        return {};
    }
};

struct read_back {
    int stale = 0, failed = 0;
};

// So many clients, each of which writes so many times.
inline read_back write_and_read_back(const std::vector<const backend*>& replicas, unsigned clients, int writes) {
    std::vector<impatient_client> all;
    for (unsigned i = 0; i < clients; ++i)
        all.push_back({replicas, std::mt19937(i)});
    std::vector<std::thread> threads;
    threads.reserve(all.size());
    for (auto& c : all)
        threads.emplace_back([&c, writes] { c.run(writes); });
    for (auto& t : threads)
        t.join();
    read_back seen;
    for (const auto& c : all) {
        seen.stale += c.stale;
        seen.failed += c.failed;
    }
    return seen;
}

}  // namespace tidings::todo_be_test
