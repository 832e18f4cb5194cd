//! The agency's part of the model.

use std::collections::BTreeMap;

use super::State;
use crate::store::{Act, ActNo, Agency, AgencyRead, AgencyWrite, Login, LoginName, Outage, Result, Session};

#[derive(Clone, Default)]
pub(super) struct Part {
    agency: Option<Agency>,
    highest_signed_ms: Option<i64>,
    backed_up_through_ms: Option<i64>,
    heartbeat_ms: Option<i64>,
    outages: Vec<Outage>,
    acts: Vec<Act>,
    logins: BTreeMap<LoginName, Login>,
    sessions: BTreeMap<[u8; 32], Session>,
}

impl AgencyRead for State {
    fn agency(&self) -> Result<Option<Agency>> {
        Ok(self.agency.agency.clone())
    }
    fn trust_serial(&self) -> Result<u64> {
        Ok(self.agency.agency.as_ref().map_or(0, Agency::trust_serial))
    }
    fn highest_signed_ms(&self) -> Result<Option<i64>> {
        Ok(self.agency.highest_signed_ms)
    }
    fn backed_up_through_ms(&self) -> Result<Option<i64>> {
        Ok(self.agency.backed_up_through_ms)
    }
    fn heartbeat_ms(&self) -> Result<Option<i64>> {
        Ok(self.agency.heartbeat_ms)
    }
    fn outages(&self, from_ms: i64, until_ms: i64) -> Result<Vec<Outage>> {
        let mut found: Vec<Outage> =
            self.agency.outages.iter().filter(|outage| outage.touches(from_ms, until_ms)).copied().collect();
        found.sort_by_key(|outage| (outage.from_ms, outage.cause.as_str()));
        Ok(found)
    }
    fn acts(&self, after: ActNo, limit: usize) -> Result<Vec<Act>> {
        Ok(self.agency.acts.iter().filter(|act| act.no > after).take(limit).cloned().collect())
    }
    fn logins(&self) -> Result<Vec<Login>> {
        Ok(self.agency.logins.values().cloned().collect())
    }
    fn login(&self, name: &LoginName) -> Result<Option<Login>> {
        Ok(self.agency.logins.get(name).cloned())
    }
    fn session(&self, token_hash: &[u8; 32]) -> Result<Option<Session>> {
        Ok(self.agency.sessions.get(token_hash).cloned())
    }
}

impl AgencyWrite for State {
    fn set_agency(&mut self, agency: &Agency) -> Result<()> {
        self.agency.agency = Some(agency.clone());
        Ok(())
    }
    fn raise_highest_signed_ms(&mut self, t_ms: i64) -> Result<()> {
        self.agency.highest_signed_ms = self.agency.highest_signed_ms.max(Some(t_ms));
        Ok(())
    }
    fn set_clock_back(&mut self, now_ms: i64, backed_up_ms: i64) -> Result<()> {
        let at_most = |mark: &mut Option<i64>, most: i64| *mark = mark.map(|ms| ms.min(most));
        at_most(&mut self.agency.highest_signed_ms, now_ms);
        at_most(&mut self.agency.heartbeat_ms, now_ms);
        at_most(&mut self.agency.backed_up_through_ms, backed_up_ms);
        self.agency.outages.retain(|outage| outage.from_ms < now_ms);
        for outage in &mut self.agency.outages {
            outage.until_ms = outage.until_ms.min(now_ms);
        }
        self.agency.sessions.retain(|_, session| session.created_ms <= now_ms);
        self.records.set_clock_back(now_ms);
        self.phones.set_clock_back(now_ms);
        Ok(())
    }
    fn set_backed_up_through_ms(&mut self, t_ms: i64) -> Result<()> {
        self.agency.backed_up_through_ms = Some(t_ms);
        Ok(())
    }
    fn set_heartbeat_ms(&mut self, t_ms: i64) -> Result<()> {
        self.agency.heartbeat_ms = Some(t_ms);
        Ok(())
    }
    fn add_outage(&mut self, mut added: Outage) -> Result<()> {
        let touching = |one: &Outage, sum: &Outage| {
            one.cause == sum.cause && one.from_ms <= sum.until_ms && one.until_ms >= sum.from_ms
        };
        let (joined, apart) = self.agency.outages.iter().partition::<Vec<Outage>, _>(|one| touching(one, &added));
        for one in joined {
            added.from_ms = added.from_ms.min(one.from_ms);
            added.until_ms = added.until_ms.max(one.until_ms);
        }
        self.agency.outages = apart;
        self.agency.outages.push(added);
        Ok(())
    }
    fn add_act(&mut self, act: &Act) -> Result<ActNo> {
        let no = self.agency.acts.len() as u64 + 1;
        self.agency.acts.push(Act { no, ..act.clone() });
        Ok(no)
    }
    fn put_login(&mut self, login: &Login) -> Result<()> {
        self.agency.logins.insert(login.name.clone(), login.clone());
        Ok(())
    }
    fn add_session(&mut self, session: &Session) -> Result<()> {
        self.agency.sessions.insert(session.token_hash, session.clone());
        Ok(())
    }
    fn close_session(&mut self, token_hash: &[u8; 32]) -> Result<()> {
        self.agency.sessions.remove(token_hash);
        Ok(())
    }
    fn close_sessions_of(&mut self, name: &LoginName) -> Result<()> {
        self.agency.sessions.retain(|_, session| session.login != *name);
        Ok(())
    }
}
