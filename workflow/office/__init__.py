"""Who there is (机构与人员): units, groups, people, their desks, how they sign in, which doors a desk opens, and what is told them."""
