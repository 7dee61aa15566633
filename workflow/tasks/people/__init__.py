"""Who signs when people change (签批安排与人员变动): arrangements, stand-ins, signers on the way, leaving and moving."""
