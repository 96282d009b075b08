// Distinguishes a genuine replay from another publisher's message with the same headers. A replay goes through the
// events' own subject, where any client may publish; its header Tidings-Replay is a signature with the endpoint's
// secrets, which every replica has. For an endpoint without secrets it is made with API_TOKEN: forging it is as hard as
// requesting a replay. With neither, anyone who reads this source can forge one. That gains nothing: anyone who may
// publish events already chooses their body, type and webhook-id (Nats-Msg-Id), and a forged replay reaches one
// endpoint instead of all, through the same filter; it affects no letter, other subject or other publisher's event.
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
    // An endpoint with unusable secrets has no seal; its courier reports the error.
    replay_seals(const std::vector<endpoint>& endpoints, std::string_view api_token);

    // Empty for an unknown endpoint.
    std::string seal(std::string_view endpoint_name, std::string_view event_id, std::string_view body);
    // Whether one of the endpoint's secrets made this seal for this event. Constant time per secret.
    bool fits(std::string_view seal, std::string_view endpoint_name, std::string_view event_id, std::string_view body);

    // Whether it may be a replay for an endpoint that other replicas have but this one does not, as during a roll-out
    // of a new configuration. Then it matches no endpoint here: as an ordinary event it would reach them all a second
    // time, under an unfamiliar id. A publisher who fakes this only hides its own event.
    bool may_be_elsewheres(std::string_view seal, std::string_view endpoint_name) const;

  private:
    std::map<std::string, signing::webhook_signer, std::less<>> signers_;
};

}  // namespace tidings::broadcaster
