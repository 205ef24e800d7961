//! What `/status` says, read as an outsider reads it: by the documented names of its fields.

use serde_json::Value;

/// A centre at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Status(pub Value);

impl Status {
    /// The agent with this account.
    #[must_use]
    pub fn agent(&self, id: &str) -> &Value {
        self.one_of("agents", id)
    }

    /// What the agent is doing.
    #[must_use]
    pub fn agent_state(&self, id: &str) -> &str {
        self.agent(id)["state"].as_str().expect("an agent has a state")
    }

    /// The queue with this name.
    #[must_use]
    pub fn queue(&self, id: &str) -> &Value {
        self.one_of("queues", id)
    }

    /// The names of all queues.
    #[must_use]
    pub fn queues(&self) -> Vec<&str> {
        let queues = self.0["queues"].as_array().expect("a status has queues");
        queues.iter().filter_map(|queue| queue["id"].as_str()).collect()
    }

    /// The trunk with this name.
    #[must_use]
    pub fn trunk(&self, id: &str) -> &Value {
        self.one_of("trunks", id)
    }

    /// How the trunk stands.
    #[must_use]
    pub fn trunk_state(&self, id: &str) -> &str {
        self.trunk(id)["state"].as_str().expect("a trunk has a state")
    }

    /// The calls that are on, the oldest first.
    #[must_use]
    pub fn calls(&self) -> &[Value] {
        self.0["calls"].as_array().expect("a status has calls")
    }

    /// What the calls that are on are doing, the oldest first.
    #[must_use]
    pub fn call_states(&self) -> Vec<&str> {
        let states = self.calls().iter().map(|call| call["state"].as_str());
        states.map(|state| state.expect("a call has a state")).collect()
    }

    /// A counter since the start.
    #[must_use]
    pub fn total(&self, name: &str) -> u64 {
        self.0["totals"][name].as_u64().unwrap_or_else(|| panic!("there is no total {name}"))
    }

    fn one_of(&self, list: &str, id: &str) -> &Value {
        let all = self.0[list].as_array().expect("a status has lists");
        let found = all.iter().find(|one| one["id"] == id);
        found.unwrap_or_else(|| panic!("{id} is not among the {list}"))
    }
}
