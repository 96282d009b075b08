/* Delivery by positions: what is written to the bucket, in which order, and what crashes, an owner that wakes up after
 * it was replaced (a zombie) and writes still under way can do to it. A model of the design, checked by every path.
 *
 * One endpoint of one shard. The shard's other endpoints are represented by freedom: the shard's position may be written as
 * any value up to what the rules allow. Two replicas may both believe that they own the shard at any time.
 *
 * The bucket: key SHARD = {epoch, position}, written only with the revision last seen (compare and set).
 *             key OWN.<epoch> = the endpoint's own position while it reads alone; written without comparing, by the one
 *             owner of that epoch. Nobody else reads an epoch that SHARD does not name.
 *
 * positions_test.py searches it, as it stands and with each planted fault (#ifdef); `./dev test model` runs that.
 */
#ifndef N
#define N 2                       /* events */
#endif
#ifndef LEAVES
#define LEAVES 1                  /* how often an endpoint leaves the reader, all owners together */
#endif
#ifndef LETS
#define LETS 1                    /* how often an endpoint that reads alone is paused */
#endif
#ifndef LOADS
#define LOADS 3                   /* how often an owner loads, all owners together */
#endif
#define NONE 99
mtype = { away, riding, leaving, lagging, attached };

/* What lasts: the stream, the bucket, the retry stream. */
#ifdef ALL_PUBLISHED
byte published = N;
#else
byte published = 0;
#endif
byte shard = 0, shard_rev = 0, shard_epoch = 0;
byte own[LOADS + 1];
bool retry[N];
bool delivered[N];                /* what the receiver has seen */

typedef Owner {
  bool loaded;
  byte epoch;
  mtype mode;
  byte head;                      /* next sequence of the shard's reader */
  byte alone;                     /* next sequence of the endpoint's own reader */
  bool hand[N];
  byte shard_known, shard_rev, own_known;
  bool shard_sent; byte shard_value, shard_expected, shard_as;
  bool own_sent;   byte own_value, own_as;
  byte shard_answer;              /* 0 none, 1 stored, 2 refused */
  bool own_answer;
  byte replaced;                  /* the epoch that mine took the place of: its keys can go */
}
Owner o[2];
byte leaves = 0, loads = 0, lets = 0;
byte v, li, i;                    /* temporaries of one step, 0 between steps */
#define CLEAN v = 0; li = 0; i = 0

inline lowest(w, result) {
  if :: o[w].mode == lagging -> result = o[w].alone :: else -> result = o[w].head fi;
  li = 0;
  do
  :: li < N && o[w].hand[li] -> if :: li < result -> result = li :: else -> skip fi; break
  :: li < N && !o[w].hand[li] -> li++
  :: li >= N -> break
  od
}

inline forget(w) {
  li = 0;
  do :: li < N -> o[w].hand[li] = false; li++ :: else -> break od;
  o[w].loaded = false; o[w].mode = away; o[w].head = 0; o[w].alone = 0;
  o[w].shard_answer = 0; o[w].own_answer = false; o[w].epoch = 0;
  o[w].shard_known = 0; o[w].shard_rev = 0; o[w].own_known = 0; o[w].replaced = 0; CLEAN
}

inline store_shard(w) {
  o[w].shard_sent = false;
  if
#ifdef POSITION_WITHOUT_REVISION
  :: true -> shard = o[w].shard_value; shard_epoch = o[w].shard_as; shard_rev++;
#else
  :: o[w].shard_expected == shard_rev -> shard = o[w].shard_value; shard_epoch = o[w].shard_as; shard_rev++;
#endif
     if :: o[w].epoch == o[w].shard_as -> o[w].shard_answer = 1 :: else -> skip fi
  :: else -> if :: o[w].epoch == o[w].shard_as -> o[w].shard_answer = 2 :: else -> skip fi
  fi;
  o[w].shard_value = 0; o[w].shard_expected = 0; o[w].shard_as = 0
}
inline store_own(w) {
  o[w].own_sent = false;
  own[o[w].own_as] = o[w].own_value;
  if :: o[w].epoch == o[w].own_as -> o[w].own_answer = true :: else -> skip fi;
  o[w].own_as = 0
}

/* What was sent reaches the bucket at any later time, whether its sender still lives or not. */
proctype Network() {
end:
  do
  :: d_step { o[0].shard_sent -> store_shard(0) }
  :: d_step { o[1].shard_sent -> store_shard(1) }
  :: d_step { o[0].own_sent -> store_own(0) }
  :: d_step { o[1].own_sent -> store_own(1) }
  od
}
proctype Publisher() { do :: published < N -> published++ :: published == N -> break od }

proctype Broadcaster(byte w) {
load:
  /* a new epoch, never used before; answers to what an earlier epoch sent are not ours */
  atomic { loads < LOADS && !o[w].shard_sent && !o[w].own_sent -> loads++; o[w].epoch = loads };
#ifdef READ_OWN_FIRST
  d_step { o[w].own_known = own[shard_epoch] };
  d_step { o[w].shard_known = shard; o[w].shard_rev = shard_rev };
#else
  d_step { o[w].shard_known = shard; o[w].shard_rev = shard_rev; o[w].own_as = shard_epoch };
  d_step { o[w].own_known = own[o[w].own_as]; o[w].replaced = o[w].own_as; o[w].own_as = 0 };
#endif
#ifdef ONE_EPOCH
  d_step { o[w].epoch = 0 };
#endif
  /* the endpoint's own position under the new epoch first, then the shard's key names that epoch */
  if
  :: d_step { o[w].own_known != NONE -> o[w].own_value = o[w].own_known; o[w].own_as = o[w].epoch; o[w].own_sent = true };
#ifndef NAME_EPOCH_EARLY
     d_step { o[w].own_answer -> o[w].own_answer = false }
#endif
  :: o[w].own_known == NONE
  fi;
  d_step { o[w].shard_value = o[w].shard_known; o[w].shard_as = o[w].epoch; o[w].shard_expected = o[w].shard_rev; o[w].shard_sent = true };
  if
  :: atomic { o[w].shard_answer == 2 -> forget(w) }; goto load
  :: d_step { o[w].shard_answer == 1 -> o[w].shard_answer = 0; o[w].shard_rev++;
       o[w].head = o[w].shard_known;
       if :: o[w].own_known == NONE -> o[w].mode = riding; o[w].alone = 0
          :: else -> o[w].mode = lagging; o[w].alone = o[w].own_known fi;
       o[w].loaded = true }
  :: atomic { loads < LOADS -> forget(w) }; goto load
  fi;
  do
  /* the shard's reader hands an event to the endpoint unless it reads alone */
  :: d_step { o[w].head < published ->
       if :: o[w].mode != lagging && o[w].head >= o[w].alone -> o[w].hand[o[w].head] = true :: else -> skip fi; o[w].head++ }
  /* the endpoint's own reader */
  :: d_step { o[w].mode == lagging && o[w].alone < published -> o[w].hand[o[w].alone] = true; o[w].alone++ }
#ifndef NO_ATTEMPTS               /* for a quick search of long histories */
  /* an attempt: delivered, or stored in the retry stream (acknowledged) */
  :: d_step { o[w].hand[0] -> o[w].hand[0] = false; delivered[0] = true }
  :: d_step { o[w].hand[0] -> o[w].hand[0] = false; retry[0] = true }
  :: d_step { o[w].hand[N-1] -> o[w].hand[N-1] = false; delivered[N-1] = true }
  :: d_step { o[w].hand[N-1] -> o[w].hand[N-1] = false; retry[N-1] = true }
#endif
  /* the shard's position: any value that the rules allow (other endpoints may hold it back) */
  :: atomic { o[w].loaded && !o[w].shard_sent && o[w].shard_answer == 0 ->
       if
#ifdef LEAVE_WITHOUT_ACK
       :: o[w].mode == lagging || o[w].mode == leaving -> v = o[w].head
       :: o[w].mode != lagging && o[w].mode != leaving -> lowest(w, v)
#else
       :: o[w].mode == lagging -> v = o[w].head
       :: o[w].mode != lagging -> lowest(w, v)
#endif
       fi;
       do :: v > 0 && v - 1 > o[w].shard_known -> v-- :: break od;
       if :: v > o[w].shard_known -> o[w].shard_value = v; o[w].shard_as = o[w].epoch; o[w].shard_expected = o[w].shard_rev; o[w].shard_sent = true
          :: else -> skip fi;
       CLEAN }
  :: d_step { o[w].shard_answer == 1 -> o[w].shard_answer = 0; o[w].shard_rev++; o[w].shard_known = shard }
  :: atomic { o[w].shard_answer == 2 -> forget(w) }; goto load
  /* leaves the reader: writes its own position, and is counted for the shard's until that is stored */
  :: atomic { o[w].mode == riding && !o[w].own_sent && !o[w].own_answer && leaves < LEAVES ->
       leaves++; lowest(w, v); o[w].own_value = v; o[w].own_as = o[w].epoch; o[w].own_sent = true; o[w].mode = leaving; CLEAN }
  :: atomic { o[w].own_answer && o[w].mode == leaving ->
       o[w].own_answer = false; o[w].own_known = o[w].own_value; o[w].mode = lagging;
       o[w].alone = o[w].head; CLEAN }
  /* alone: its position moves on */
  :: atomic { o[w].mode == lagging && !o[w].own_sent && !o[w].own_answer ->
       lowest(w, v);
       if :: v > o[w].own_known -> o[w].own_value = v; o[w].own_as = o[w].epoch; o[w].own_sent = true :: else -> skip fi; CLEAN }
  :: d_step { o[w].own_answer && (o[w].mode == lagging || (o[w].mode == attached && o[w].own_value != NONE)) ->
       o[w].own_answer = false; o[w].own_known = o[w].own_value }
  /* has caught up: rides again and counts for the shard; its own position stays until the shard's covers it */
#ifdef ATTACH_BEHIND
  :: d_step { o[w].mode == lagging && o[w].alone + 1 >= o[w].head -> o[w].mode = attached }
#else
  :: d_step { o[w].mode == lagging && o[w].alone >= o[w].head -> o[w].mode = attached }
#endif
  /* falls behind again before its own position was removed: that position still covers what it holds */
#ifdef LEAVE_WITH_REMOVAL_UNDER_WAY
  :: atomic { o[w].mode == attached && leaves < LEAVES ->
#else
  :: atomic { o[w].mode == attached && !o[w].own_sent && !o[w].own_answer && leaves < LEAVES ->
#endif
       leaves++; o[w].mode = lagging;
       if :: o[w].alone < o[w].head -> o[w].alone = o[w].head :: else -> skip fi }
  /* paused while it reads alone: lets go of what it holds, and reads it again */
  :: atomic { o[w].mode == lagging && lets < LETS -> lets++; lowest(w, v); o[w].alone = v;
       li = 0; do :: li < N -> o[w].hand[li] = false; li++ :: else -> break od; CLEAN }
#ifdef DELETE_WITH_WRITE_UNDER_WAY
  :: atomic { o[w].mode == attached && !o[w].own_sent && !o[w].own_answer ->
#else
  :: atomic { o[w].mode == attached && !o[w].own_sent && !o[w].own_answer && !o[w].shard_sent && o[w].shard_answer == 0 ->
#endif
       lowest(w, v);
       if
#ifdef DELETE_EARLY
       :: true -> o[w].own_value = NONE; o[w].own_as = o[w].epoch; o[w].own_sent = true
#else
       :: v >= o[w].shard_known -> o[w].own_value = NONE; o[w].own_as = o[w].epoch; o[w].own_sent = true
       :: else -> skip
#endif
       fi; CLEAN }
  :: d_step { o[w].own_answer && o[w].mode == attached && o[w].own_value == NONE ->
       o[w].own_answer = false; o[w].own_known = NONE; o[w].mode = riding }
  /* what the replaced epoch left is removed: by name, for by now there may be newer ones */
#ifdef REMOVE_ALL_BUT_MINE
  :: d_step { o[w].replaced != 0 -> li = 0;
       do :: li <= LOADS -> if :: li != o[w].epoch -> own[li] = NONE :: else -> skip fi; li++ :: else -> break od;
       o[w].replaced = 0; CLEAN }
#else
  :: d_step { o[w].replaced != 0 -> own[o[w].replaced] = NONE; o[w].replaced = 0 }
#endif
  /* crash; what it had sent stays under way */
  :: atomic { loads < LOADS -> forget(w) }; goto load
  od
}

/* Nothing is lost: at any moment, whoever loads the bucket finds every event that is neither delivered nor in the retry stream. */
#define KEPT(i) (i >= published || delivered[i] || retry[i] || (own[shard_epoch] != NONE && i >= own[shard_epoch]) || (own[shard_epoch] == NONE && i >= shard))
/* Nothing is forgotten: the owner of the epoch that SHARD names has every such event in hand or before it. */
#define CURRENT(w) (o[w].loaded && o[w].epoch == shard_epoch)
#define HELD(w,i) (i >= published || delivered[i] || retry[i] || o[w].hand[i] || (o[w].mode == lagging && i >= o[w].alone) || (o[w].mode != lagging && i >= o[w].head))

proctype Monitor() {
  atomic {
    if
    :: !KEPT(0) || !KEPT(N - 1) -> assert(false)
    :: CURRENT(0) && (!HELD(0,0) || !HELD(0,N-1)) -> assert(false)
    :: CURRENT(1) && (!HELD(1,0) || !HELD(1,N-1)) -> assert(false)
    fi
  }
}

init { d_step { o[0].mode = away; o[1].mode = away; i = 0; do :: i <= LOADS -> own[i] = NONE; i++ :: else -> break od; CLEAN };
       atomic { run Network(); run Publisher(); run Broadcaster(0); run Broadcaster(1); run Monitor() } }
