/** Each makes the next schema of the one before it, forward only. */
export const migrations: readonly string[] = [
  `create table entries (
     id text primary key, requestId text not null, startedAt integer not null, state text not null, owner text not null,
     key text not null, team text, user text, claimedUser text, model text, begun text not null, ended text
   );
   create index entries_when on entries (startedAt, id);
   create index entries_request on entries (requestId, startedAt);
   create index entries_user on entries (user) where user is not null;
   create index entries_claimed on entries (claimedUser) where claimedUser is not null;
   create index entries_open on entries (owner) where state = 'open';
   create table feedback (entry text not null, at integer not null, score real not null, label text);
   create index feedback_entry on feedback (entry, at);
   create table notices (notice text primary key, at integer not null, row text not null);
   create index notices_when on notices (at);
   create table owners (owner text primary key, until integer not null);`,
];
