-- Where a scope differs from what the server said of it, what differs is found by fingerprints.

-- the digest the server had said when that was last done and left the scope unequal all the same: then it is fetched anew
alter table scope add column repaired blob;
