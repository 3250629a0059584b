"""The steps of a life (a nonconformity's, an action's, an SOP's): each is data, one mechanism carries them all out."""
