"""Who a person is to an organization and a team; every verb in the product is built from these predicates."""
