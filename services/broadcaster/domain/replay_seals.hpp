// Distinguishes a replay of ours from a message of another publisher that merely bears its headers. A replay goes
// through the events' own subject, where any client may publish; its header Tidings-Replay is a signature with the
// endpoint's secrets, which every replica has. For an endpoint without secrets it is made with API_TOKEN: it is as hard
// to forge as the replay is to ask for. With neither, anyone who reads this source can forge one. That gains nothing:
// who may publish events already chooses their body, type and webhook-id (Nats-Msg-Id), and a forged replay reaches one
// endpoint instead of all, through the same filter; it does not touch a letter, another subject or another publisher's
// event.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/endpoint.hpp"
#include "signing/webhook_signature.hpp"

namespace tidings::broadcaster {

class replay_seals {
  public:
    // An endpoint whose secrets cannot be used has no seal; its courier reports what is wrong with them.
    replay_seals(const std::vector<endpoint>& endpoints, std::string_view api_token);

    // Empty when there is no such endpoint here.
    std::string seal(std::string_view endpoint_name, std::string_view event_id, std::string_view body);
    // Whether one of the endpoint's secrets made this seal, for this very event. Takes constant time for each of them.
    bool fits(std::string_view seal, std::string_view endpoint_name, std::string_view event_id, std::string_view body);

    // Whether it may be a replay for an endpoint that this replica does not have while others do, as in a roll-out of a
    // new configuration. Then it matches no endpoint here: taken for an ordinary event it would reach them all a second
    // time, under an id that they cannot know. A publisher who fakes this only hides an event of its own.
    bool may_be_elsewheres(std::string_view seal, std::string_view endpoint_name) const;

  private:
    std::map<std::string, signing::webhook_signer, std::less<>> signers_;
};

}  // namespace tidings::broadcaster
