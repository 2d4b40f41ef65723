package dogstatsd

import "syscall"

// senderOf reads a sender's process from what came with a datagram.
func senderOf(ancillary []byte) (pid int32, known bool) {
	messages, err := syscall.ParseSocketControlMessage(ancillary)
	if err != nil {
		return 0, false
	}
	for index := range messages {
		if credentials, err := syscall.ParseUnixCredentials(&messages[index]); err == nil {
			return credentials.Pid, true
		}
	}
	return 0, false
}
