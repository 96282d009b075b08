// Tells a replay of ours from a message of another publisher that merely bears its headers. A replay goes through the
// events' own subject, where anybody may publish; its header Tidings-Replay is a signature with the endpoint's secrets,
// which every replica has. For an endpoint without secrets it is made with API_TOKEN: it is as hard to forge as the
// replay is to ask for.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/endpoint.hpp"
#include "events/webhook_signature.hpp"

namespace tidings::broadcaster {

class replay_seals {
  public:
    // An endpoint whose secrets cannot be used has no seal; its courier tells what is wrong with them.
    replay_seals(const std::vector<endpoint>& endpoints, std::string_view api_token);

    // Empty when there is no such endpoint here.
    std::string seal(std::string_view endpoint_name, std::string_view event_id, std::string_view body);
    // Whether one of the endpoint's secrets made this seal, for this very event. Takes constant time for each of them.
    bool fits(std::string_view seal, std::string_view endpoint_name, std::string_view event_id, std::string_view body);

  private:
    std::map<std::string, events::webhook_signer, std::less<>> signers_;
};

}  // namespace tidings::broadcaster
