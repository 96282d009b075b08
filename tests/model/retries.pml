/* Retries and order per key: what is stored in WEBHOOK_RETRIES, in which order, and what crashes, a replaced owner that goes
 * on (a zombie), late writes and lost answers can do to it. A model of the design, checked by every path.
 *
 * One endpoint with ordering per-key; N messages of one source stream, all of one key but message OTHER. Owners 1..OWNERS take
 * over from each other at any moment, and each may go on or stand still for ever, which is what a crash is.
 *
 * The bucket: the shard's key {epoch, position}, written with the revision last seen. Who takes over found the key unchanged,
 *             and a position that is stored is of the epoch that the key names: each is one step here.
 * The stream: at most one entry per message; stored only if the subject's last sequence is the one expected (0: none), deleted
 *             by its sequence. Stores and deletions are under way for any time, land in any order, whether their owner lives or
 *             not, and may be sent again by an owner who does not know what became of the first.
 *
 * The rules:
 *  - A message counts as done for the position when it is settled (delivered, or a dead letter) or has an entry known to be stored.
 *  - Entries are loaded after the shard's key was written, until all that was stored before is there (a mark of the owner's own
 *    is shown: a server may lag): one that was replaced meanwhile comes again.
 *  - Of a key only the first message in hand is attempted, and only when the reader has passed it: an entry may be stored while
 *    a message before it is neither stored nor settled. Whether by a store or a deletion under way, a message is in hand until
 *    it is settled and its entry known to be gone.
 *  - An entry is deleted only when its message is settled.
 *  - An entry that comes after the loading, of a message in hand or not yet read, is from then on that message's; of any other
 *    message, which then was settled, it was stored late: deleted without an attempt. An entry of a newer epoch: the owner stops.
 * retries_test.py searches it, as it stands and with each planted fault (#ifdef); `./dev test model` runs that.
 */
#ifndef N
#define N 2                       /* messages: 2 or 3 */
#endif
#ifndef OTHER
#define OTHER N                   /* the message with a key of its own; N: none */
#endif
#ifndef OWNERS
#define OWNERS 2
#endif
#ifndef FAILS
#define FAILS 2                   /* attempts that fail, all owners together */
#endif
#ifndef RESENDS
#define RESENDS 1                 /* stores sent again while the first is under way, all owners together */
#endif
#ifndef REWINDS
#define REWINDS 0                 /* how often an owner that goes on lets go of what it holds and reads again from its position */
#endif
#define SAME_KEY(a, b) ((a) != OTHER && (b) != OTHER)

/* What lasts: the shard's key, the retry stream, what became of each message. */
byte epoch = 0, position = 0;
typedef Entry { byte sequence, epoch, last }          /* sequence 0: none; last: the highest ever given */
Entry entry[N];
bool settled[N];

/* NOTHING: not read yet, or settled. HAND: to be attempted or stored. DELETING: settled, its entry not yet known to be gone. */
#define NOTHING 0
#define HAND 1
#define STORING 2
#define DELETING 3
#define REFUSED 255
typedef Held {
  byte state, known;              /* known: the sequence of its entry; 0: none known */
  bool tried;
  bool store; byte expected, stored;                  /* a store under way; its answer: a sequence or REFUSED */
  byte deletion, deleted;                             /* a deletion under way: of which sequence; its answer likewise */
  bool again; byte again_expected                     /* a store under way that was sent again since */
}
typedef Owner { bool loaded; byte head; Held m[N]; byte from, fence[N] } /* head: next of the source stream; the last two: for faults */
Owner o[OWNERS + 1];
byte fails = 0, resends = 0, rewinds = 0;
byte i;                           /* temporary of one step, 0 between steps */

#define M o[e].m[s]
#define THERE (entry[s].sequence != 0)
#define NEWS (THERE && entry[s].sequence != M.known && entry[s].epoch <= e)

#ifdef OWN_POSITION
byte own[OWNERS + 1];             /* see own_position.pml */
#define KEPT_FROM own[epoch]
#else
#define KEPT_FROM position
#endif

/* Nothing is lost: whoever takes over finds every message that is not settled. */
inline nothing_is_lost() {
  i = 0; do :: i < N -> assert(settled[i] || entry[i].sequence != 0 || i >= KEPT_FROM); i++ :: else -> break od; i = 0
}
/* Nothing is forgotten: what an owner has read and no longer holds is settled. */
inline let_go() { assert(settled[s]); M.state = NOTHING; M.known = 0 }

/* In order: all that comes before it in its key is settled, and an owner never goes back in a key. */
inline attempt() {
  i = 0;
  do
  :: i < N ->
     assert(i >= s || !SAME_KEY(i, s) || settled[i]);
     assert(i <= s || !SAME_KEY(i, s) || !o[e].m[i].tried);
     i++
  :: else -> break
  od;
  i = 0; M.tried = true;
#ifdef NEVER_TWICE
  i = s + 1; do :: i < N -> assert(s >= o[e].from || !SAME_KEY(i, s) || !o[e - 1].m[i].tried); i++ :: else -> break od; i = 0
#endif
}

#ifdef OUT_OF_ORDER
#define HOLDS_UP(p) ((p) < s && SAME_KEY(p, s) && o[e].m[p].state != NOTHING && o[e].m[p].known == 0)
#else
#ifdef FREE_WHILE_STORING
#define HOLDS_UP(p) ((p) < s && SAME_KEY(p, s) && (o[e].m[p].state == HAND || o[e].m[p].known != 0))
#else
#ifdef NEXT_BEFORE_DELETED
#define HOLDS_UP(p) ((p) < s && SAME_KEY(p, s) && o[e].m[p].state != NOTHING && o[e].m[p].state != DELETING)
#else
#define HOLDS_UP(p) ((p) < s && SAME_KEY(p, s) && o[e].m[p].state != NOTHING)
#endif
#endif
#endif
#define HELD_UP (HOLDS_UP(0) || HOLDS_UP(1))
#ifdef ATTEMPT_UNREAD
#define PASSED true
#else
#define PASSED (s < o[e].head)
#endif
#ifdef ATTEMPT_WHILE_LOADING
#define KNOWS_ALL true
#else
#define KNOWS_ALL o[e].loaded
#endif
#define DUE (KNOWS_ALL && M.state == HAND && !HELD_UP && PASSED)

inline send_store() { M.state = STORING; M.store = true; M.expected = M.known }
inline send_deletion() { M.state = DELETING; M.deletion = M.known }

inline land_store(wanted, answer) {
  if
#ifdef STORE_OVER_ANY
  :: true ->
#else
  :: entry[s].sequence == wanted ->
#endif
     entry[s].last++; entry[s].sequence = entry[s].last; entry[s].epoch = e; answer = entry[s].sequence
  :: else -> answer = REFUSED
  fi
}
inline land_deletion() {
  if
#ifdef DELETE_BY_SUBJECT
  :: THERE ->
#else
  :: entry[s].sequence == M.deletion ->
#endif
     M.deleted = entry[s].sequence; entry[s].sequence = 0; entry[s].epoch = 0; nothing_is_lost()
  :: else -> M.deleted = REFUSED
  fi;
  M.deletion = 0
}

/* Message s at owner e: each step at any time, also long after e was replaced. */
proctype Message(byte e; byte s) {
  byte unread = 0;
end:
  do
  /* what was sent lands */
  :: d_step { M.store -> M.store = false; land_store(M.expected, M.stored); M.expected = 0 }
  :: d_step { M.again -> M.again = false; land_store(M.again_expected, unread); M.again_expected = 0; unread = 0 }
  :: d_step { M.deletion != 0 -> land_deletion() }

  /* loading: whatever is there counts */
#ifdef LOAD_BEFORE_SHARD
  :: d_step { epoch < e && !o[e].loaded && NEWS -> M.state = HAND; M.known = entry[s].sequence }
#else
  :: d_step { epoch >= e && !o[e].loaded && NEWS -> M.state = HAND; M.known = entry[s].sequence }
#endif

  /* an attempt: settled, or failed; whoever fails and whoever is held up is stored, a message that has an entry is already */
  :: d_step { DUE -> attempt(); settled[s] = true; if :: M.known == 0 -> let_go() :: else -> send_deletion() fi }
  :: d_step { DUE && fails < FAILS -> attempt(); fails++; send_store() }
  :: d_step { o[e].loaded && M.state == HAND && HELD_UP && M.known == 0 -> send_store() }

  /* the answer to a store. Refused and nothing there: whoever deleted it had settled it */
  :: d_step { M.stored != 0 && M.stored != REFUSED -> M.known = M.stored; M.stored = 0; M.state = HAND }
  :: d_step { M.stored == REFUSED && THERE && entry[s].epoch <= e -> M.stored = 0; M.state = HAND; M.known = entry[s].sequence }
  :: d_step { M.stored == REFUSED && !THERE -> M.stored = 0;
       if :: M.known != 0 -> let_go() :: else -> M.state = HAND fi }
  /* no answer: looks at what is there, and sends it again unless that settles it */
  :: d_step { M.store && !M.again && resends < RESENDS && entry[s].epoch <= e ->
       resends++; M.again = true; M.again_expected = M.expected; M.store = false; M.expected = 0;
       if :: NEWS -> M.state = HAND; M.known = entry[s].sequence
          :: else -> send_store() fi }

  /* the answer to a deletion: gone; or it was replaced, then what replaced it is deleted */
  :: d_step { M.deleted != 0 && M.deleted != REFUSED -> M.deleted = 0; if :: M.state == DELETING -> let_go() :: else -> skip fi }
  :: d_step { M.deleted == REFUSED && !THERE -> M.deleted = 0; if :: M.state == DELETING -> let_go() :: else -> skip fi }
  :: d_step { M.deleted == REFUSED && THERE && entry[s].epoch <= e -> M.deleted = 0; M.known = entry[s].sequence; send_deletion() }

  /* an entry that comes after the loading */
#ifdef DELETE_OLD_EPOCHS
  :: d_step { o[e].loaded && NEWS && M.deletion == 0 && M.deleted == 0 && entry[s].epoch < e -> M.deletion = entry[s].sequence }
#else
#ifdef DELETE_UNSETTLED
  :: d_step { o[e].loaded && NEWS && M.state == HAND && M.known == 0 && M.deletion == 0 -> M.deletion = entry[s].sequence }
#else
  :: d_step { o[e].loaded && NEWS && M.state == HAND -> M.known = entry[s].sequence }
#endif
  :: d_step { o[e].loaded && NEWS && M.state == NOTHING && s >= o[e].head -> M.state = HAND; M.known = entry[s].sequence }
#ifdef ATTEMPT_LATE
  :: d_step { o[e].loaded && NEWS && M.state == NOTHING && s < o[e].head -> M.state = HAND; M.known = entry[s].sequence }
#else
  :: d_step { o[e].loaded && NEWS && M.state == NOTHING && s < o[e].head -> M.known = entry[s].sequence; send_deletion() }
#endif
#endif
  od
}

#ifdef LOAD_TO_FENCE
#define TAKEN_OVER i = 0; do :: i < N -> o[e].fence[i] = entry[i].last; i++ :: else -> break od; i = 0
#define LOADED(s) (entry[s].sequence == 0 || entry[s].sequence == o[e].m[s].known || entry[s].sequence > o[e].fence[s])
#else
#ifdef NEVER_TWICE
#define TAKEN_OVER o[e].from = position
#else
#define TAKEN_OVER skip
#endif
#define LOADED(s) (entry[s].sequence == 0 || entry[s].sequence == o[e].m[s].known)
#endif
#ifdef LOAD_WHAT_LAGS
#define ALL_LOADED true           /* of a server that does not have all of it yet */
#else
#define ALL_LOADED (LOADED(0) && LOADED(1) && LOADED(N - 1))
#endif
inline nothing_is_forgotten() {
  i = 0; do :: i < o[e].head -> assert(settled[i] || o[e].m[i].state != NOTHING); i++ :: else -> break od; i = 0
}
#ifdef COUNT_BEFORE_STORED
#define IN_THE_WAY(s) (o[e].m[s].known == 0 && o[e].m[s].state == HAND)
#else
#define IN_THE_WAY(s) (o[e].m[s].known == 0 && (o[e].m[s].state == HAND || o[e].m[s].state == STORING))
#endif

/* The endpoint is paused: it keeps only what is stored or being stored. What it reads again it may attempt again. */
inline let_go_from_head() {
  i = o[e].head;
  do
  :: i < N ->
     o[e].m[i].tried = false;
     if :: o[e].m[i].state == HAND && o[e].m[i].known == 0 -> o[e].m[i].state = NOTHING :: else -> skip fi;
     i++
  :: else -> break
  od;
  i = 0
}

#ifdef OWN_POSITION
#include "own_position.pml"
#else
/* Owner e: takes over, loads, reads; its position moves on over what is done. */
proctype Owner_(byte e) {
#ifdef LOAD_BEFORE_SHARD
  d_step { ALL_LOADED -> skip };
  d_step { epoch == e - 1 -> epoch = e; o[e].head = position; TAKEN_OVER; nothing_is_forgotten(); o[e].loaded = true };
#else
  d_step { epoch == e - 1 -> epoch = e; o[e].head = position; TAKEN_OVER };
  d_step { ALL_LOADED -> nothing_is_forgotten(); o[e].loaded = true };
#endif
end:
  do
  :: d_step { o[e].head < N ->
       if :: o[e].m[o[e].head].state == NOTHING -> o[e].m[o[e].head].state = HAND :: else -> skip fi; o[e].head++ }
  :: d_step { epoch == e && rewinds < REWINDS && position < o[e].head -> rewinds++; o[e].head = position; let_go_from_head() }
  :: d_step { epoch == e && position < o[e].head && !IN_THE_WAY(position) -> position++; nothing_is_lost() }
  od
}
#endif

init {
  byte e, s;
  atomic {
#ifdef OWN_POSITION
    for (e : 1 .. OWNERS) { own[e] = N };  /* nothing is kept where nobody wrote */
    for (e : 1 .. OWNERS) { run Network(e) };
#endif
    for (e : 1 .. OWNERS) { run Owner_(e); for (s : 0 .. N - 1) { run Message(e, s) } };
    e = 0; s = 0
  }
}
