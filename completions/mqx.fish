# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_mqx_global_optspecs
    string join \n version h/help
end

function __fish_mqx_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_mqx_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_mqx_using_subcommand
    set -l cmd (__fish_mqx_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c mqx -n "__fish_mqx_needs_command" -l version -d 'Print the version'
complete -c mqx -n "__fish_mqx_needs_command" -s h -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "pub" -d 'Publish a message, or each line of an input'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "sub" -d 'Print the messages of topics'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "rr" -d 'Publish a request and print its answers'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "request" -d 'Publish a request and print its answers'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "reply" -d 'Answer requests'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "retained" -d 'List or clear what a broker retains'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "sim-temp" -d 'Simulate a thermometer that publishes what it measures'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "broker" -d 'Run a broker on this machine, to try things on'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "profile" -d 'Show and edit profiles: settings of the connection under a name'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "man" -d 'Print the manual page'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "help" -d 'Print the help of a command, or a page: topics, formats, exit, json, session'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s t -l topic -d 'The topic; given more than once, the message goes to each' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s m -l message -d 'The message' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l delimiter -d 'As -l, but a message ends at these bytes instead of a newline: text with \\0, \\n, \\r, \\t, \\\\ and \\xNN' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l lines-topic -d 'As -l, but each line has a topic of its own before the first SEP (as of --delimiter), and the message behind it' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s f -l file -d 'The file that is the message; with -l, --delimiter, --lines-topic or --from-json, the file whose lines are messages' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l encoding -d 'The message, or with -l each line, is bytes written as text: publish the bytes; spaces and ends of lines in it are read over' -r -f -a "hex\t''
base64\t''"
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s q -l qos -d 'QoS 0, 1 or 2 [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l topic-alias -d 'Let a number stand for the topic in all but the first message of a connection: N, from 1, for the one topic, or auto for the first topics that the broker has numbers for' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l seed -d 'With --template: draw the same {random}, {hex}, {bytes} and {uuid} as every run with this number' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l repeat -d 'Publish the message N times' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l interval -d 'With --repeat or lines: a message every D (1.5, 500ms, 3s, 2m, 1h) [default: as fast as possible]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l rate -d 'With --repeat or lines: N messages a second, or N/s, N/m, N/h' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l content-type -d 'Content type of the message, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l response-topic -d 'Where an answer to the message goes' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l correlation-data -d 'What an answer to the message carries: text, hex:…, base64:… or @FILE' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l expiry -d 'How long the message is worth delivering, in whole seconds or with a unit; the time that it waits here is taken off' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l payload-format -d 'What the message is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l user-property -d 'A user property of the message, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s W -l timeout -d 'Give up after D, with exit status 27, when what was asked for is not done by then' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s h -l host -d 'Host name or address of the broker, HOST or HOST:PORT; several with commas are tried in order' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s p -l port -d 'Port [default: 1883, with TLS 8883]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s L -l url -d 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; ws://HOST[:PORT][/PATH], wss:// with TLS; unix:PATH. Several are tried in order. Other users of this machine can see a password in it' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l unix -d 'The path of a Unix socket, as mosquitto\'s clients have it; unix:PATH is the same' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s A -l bind -d 'Connect from this address of this machine' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l connect-to -d 'Dial this host and port; TLS and WebSocket still name the broker\'s host' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l ws-header -d 'A header for the upgrade of ws:// and wss://, \'Name: value\'; as often as needed. Other users of this machine can see it' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l connect-timeout -d 'The most time until the broker has accepted the connection' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s u -l username -d 'User name' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s P -l password -d 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l password-file -d 'The file that has the password; one newline at its end is taken off; it is read again for each connection' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l password-from -d 'Where the password comes from: env:NAME, file:PATH, cmd:COMMAND (read again for each connection) or prompt' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s i -l id -d 'Client identifier [default: mqx and 12 random characters]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s I -l id-prefix -d 'What the client identifier begins with; 12 random characters follow' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s k -l keepalive -d 'Seconds without traffic after which the connection is checked; 0 never checks' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s x -l session-expiry -d 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s V -l mqtt-version -d 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s M -l max-inflight -d 'The most messages of QoS 1 and 2 on their way at a time' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l receive-maximum -d 'The most messages of QoS 1 and 2 that the broker may have on their way to here [default: 1000, and 1 where the command takes no messages]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l max-packet -d 'The largest packet that is taken from the broker, in bytes or with a unit, like 64k or 1MiB; a larger one ends the run' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l retry -d 'How long to try again when the connection is lost: never, forever, or D without progress [default: forever, or 60 where the command ends by itself]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l connect-user-property -d 'A user property of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l disconnect-user-property -d 'A user property of the end of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l disconnect-reason -d 'Tell the broker why this run ends' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l disconnect-expiry -d 'How long the broker keeps the session from the end of this run on, in whole seconds or with a unit' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l topic-alias-maximum -d 'The most topics that the broker may have short names for, 0 to 1000 [default: 16]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-topic -d 'Where the broker publishes the will when this client goes without a word' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-payload -d 'The message of the will [default: empty]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-file -d 'The file that is the message of the will' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-qos -d 'QoS of the will, 0, 1 or 2 [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-delay -d 'How long the broker waits with the will, in whole seconds or with a unit; this client may come back until then' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-expiry -d 'How long the will, once published, is worth delivering' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-content-type -d 'Content type of the will, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-payload-format -d 'What the message of the will is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-response-topic -d 'Where an answer to the will goes' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-correlation-data -d 'What an answer to the will carries: text, hex:…, base64:… or @FILE' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-user-property -d 'A user property of the will, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l cafile -d 'Trust the certificates of this PEM file in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l capath -d 'Trust the certificates of every PEM file in this folder in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l ca -d 'Trust the system\'s certificates, or those of Mozilla that mqx has with it: system or bundled [default: system]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l cert -d 'The certificate to show to the server, in PEM; needs --key' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l key -d 'The key of the certificate, in PEM: PKCS#8, encrypted or not, PKCS#1 or SEC1. It may be in the same file' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l keypass-file -d 'The file that has the passphrase of an encrypted key; one newline at its end is taken off. MQX_KEYPASS may have it, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l keypass-from -d 'Where the passphrase comes from: env:NAME, file:PATH, cmd:COMMAND or prompt [default: prompt, if one is needed]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l tls-version -d 'Speak exactly this version of TLS, 1.2 or 1.3 [default: either]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l ciphers -d 'Offer these ciphers only, by their IANA names with : or , between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l alpn -d 'Offer these application protocols (ALPN), with commas between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l servername -d 'Ask the server for this name, and find it in its certificate, in place of the host\'s' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l pin -d 'Accept only a server with this public key, sha256:HASH in Base64 or hexadecimal; may be repeated. With --insecure, nothing else is checked' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l tls-keylog -d 'Write the secrets of each connection to this file, for a network analyser; SSLKEYLOGFILE does so, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l psk -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l psk-identity -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l tls-engine -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l tls-engine-kpass-sha1 -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l keyform -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l proxy -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l profile -d 'Take settings from this profile; mqx profile --help says more' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s D -l property -d 'A property of a packet as mosquitto\'s clients have it: COMMAND is connect, publish, subscribe, unsubscribe, disconnect or will; user-property takes NAME KEY VALUE' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s o -l options -d 'Take options from this file, as mosquitto\'s clients have it: one a line, the rest of the line is its value' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s s -l stdin -d 'All of stdin is the message'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s l -l lines -d 'Each line of stdin, or of -f FILE, is a message'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l from-json -d 'Each line of stdin, or of -f FILE, is a message as sub --json prints it, with topic, QoS, retain and properties of its own; TOPIC, -q, -r and the options of MQTT 5 are for lines that have none'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s n -l empty -d 'The message is empty; with -r, this removes the retained message of the topic'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s r -l retain -d 'Ask the broker to retain the message'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l template -d 'Fill in {counter}, {time}, {random}, {random:FROM:TO}, {hex:N}, {bytes:N}, {uuid} and {env:NAME} in message, lines, topics and properties, anew for each message; {counter:START:STEP}, {time:unix_ms}, {time:%H:%M}; {{ is a {'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l stats -d 'Say at the end what was sent, what was acknowledged, and how fast'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l ws -d 'WebSocket, as mosquitto\'s clients have it; ws:// and wss:// are the same'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l ipv4 -d 'Use IPv4 only'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l ipv6 -d 'Use IPv6 only'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l ask-password -d 'Ask for the password on the terminal'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s c -l no-clean -d 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l retry-first -d 'Try again when the first connection fails, too'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s d -l debug -d 'Tell each packet that is sent and received, in words, on stderr'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l quiet -d 'Print no notes; warnings and errors stay'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l request-response-information -d 'Ask the broker where answers to this client may go; mqx rr does so by itself'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l no-request-problem-information -d 'Ask the broker to explain nothing: no reason strings, and no user properties except on messages'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l needs-mqtt-5 -d 'Given by what `-D` is made into'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-retain -d 'Ask the broker to retain the will'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-on-exit -d 'Publish the will at the end of the run, too'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l tls -d 'Speak TLS; any other option of TLS and port 8883 mean it too'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l no-tls -d 'Speak plain MQTT, on port 8883 too'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l insecure -d 'Check nothing of the server\'s certificate: anyone can read along'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s w -l watch
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s S -l srv
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l remove-retained
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l nodelay -d 'TCP_NODELAY is always on'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s t -l topic -d 'One more filter, as often as needed; these come before the others' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s q -l qos -d 'QoS 0, 1 or 2: one for all filters, or one for each in their order [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s T -l filter-out -d 'Leave out messages whose topic matches FILTER, as often as needed; they do not count for -C' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s U -l unsubscribe -d 'End the subscription with FILTER, which a session that is kept (-c) has of an earlier run, as often as needed; alone, the run ends with the answer' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l retain-handling -d 'When retained messages are sent: at each subscription, at a new one, or never [default: always]' -r -f -a "always\t''
new\t''
never\t''"
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l subscription-id -d 'The number, 1 to 268435455, that messages of these filters carry; --json shows it' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l subscribe-user-property -d 'A user property of the subscriptions, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l unsubscribe-user-property -d 'A user property of what ends subscriptions, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s C -l count -d 'End after N messages' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l for -d 'Run for D, then end with exit status 0' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l idle -d 'End with exit status 0 when nothing came for D, counted from the broker\'s answer to the subscriptions, and it answers a PINGREQ; what -T and -R leave out is nothing' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s W -l timeout -d 'Give up after D, with exit status 27, when what was asked for is not done by then' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s F -l format -d 'Print as FORMAT says: %t topic, %p payload, %x hex, %I time, {content_type}, {user_property:NAME}, … (mosquitto\'s letters, and {name} for each name of --json); -v is ignored' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l jobs -d 'Run up to N processes of --exec at once, 1 to 1000; they start in order, and may end in another [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l output-dir -d 'Write each message to a file of its own in DIR, which is made if need be: TIME-NUMBER-TOPIC, percent-encoded; the payload alone, or what a format makes of it' -r -f -a "(__fish_complete_directories)"
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l output-per -d 'A file of --output-dir for each message, or for each topic, to which messages are appended [default: message]' -r -f -a "message\t''
topic\t''"
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l random-filter -d 'Take P percent of the messages, chosen at random, 100 at most; the others do not count for -C' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l seed -d 'Choose the same of --random-filter in each run with the same N' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l exec -d 'Run CMD for each message: payload on its stdin, topic and properties in MQX_TOPIC, MQX_QOS, …; what it prints is printed. A message is acknowledged when its process has ended; one that fails is told, and the exit status is 1' -r -f -a "(__fish_complete_command)"
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s h -l host -d 'Host name or address of the broker, HOST or HOST:PORT; several with commas are tried in order' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s p -l port -d 'Port [default: 1883, with TLS 8883]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s L -l url -d 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; ws://HOST[:PORT][/PATH], wss:// with TLS; unix:PATH. Several are tried in order. Other users of this machine can see a password in it' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l unix -d 'The path of a Unix socket, as mosquitto\'s clients have it; unix:PATH is the same' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s A -l bind -d 'Connect from this address of this machine' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l connect-to -d 'Dial this host and port; TLS and WebSocket still name the broker\'s host' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l ws-header -d 'A header for the upgrade of ws:// and wss://, \'Name: value\'; as often as needed. Other users of this machine can see it' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l connect-timeout -d 'The most time until the broker has accepted the connection' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s u -l username -d 'User name' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s P -l password -d 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l password-file -d 'The file that has the password; one newline at its end is taken off; it is read again for each connection' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l password-from -d 'Where the password comes from: env:NAME, file:PATH, cmd:COMMAND (read again for each connection) or prompt' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s i -l id -d 'Client identifier [default: mqx and 12 random characters]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s I -l id-prefix -d 'What the client identifier begins with; 12 random characters follow' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s k -l keepalive -d 'Seconds without traffic after which the connection is checked; 0 never checks' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s x -l session-expiry -d 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s V -l mqtt-version -d 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s M -l max-inflight -d 'The most messages of QoS 1 and 2 on their way at a time' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l receive-maximum -d 'The most messages of QoS 1 and 2 that the broker may have on their way to here [default: 1000, and 1 where the command takes no messages]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l max-packet -d 'The largest packet that is taken from the broker, in bytes or with a unit, like 64k or 1MiB; a larger one ends the run' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l retry -d 'How long to try again when the connection is lost: never, forever, or D without progress [default: forever, or 60 where the command ends by itself]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l connect-user-property -d 'A user property of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l disconnect-user-property -d 'A user property of the end of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l disconnect-reason -d 'Tell the broker why this run ends' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l disconnect-expiry -d 'How long the broker keeps the session from the end of this run on, in whole seconds or with a unit' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l topic-alias-maximum -d 'The most topics that the broker may have short names for, 0 to 1000 [default: 16]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-topic -d 'Where the broker publishes the will when this client goes without a word' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-payload -d 'The message of the will [default: empty]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-file -d 'The file that is the message of the will' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-qos -d 'QoS of the will, 0, 1 or 2 [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-delay -d 'How long the broker waits with the will, in whole seconds or with a unit; this client may come back until then' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-expiry -d 'How long the will, once published, is worth delivering' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-content-type -d 'Content type of the will, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-payload-format -d 'What the message of the will is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-response-topic -d 'Where an answer to the will goes' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-correlation-data -d 'What an answer to the will carries: text, hex:…, base64:… or @FILE' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-user-property -d 'A user property of the will, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l cafile -d 'Trust the certificates of this PEM file in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l capath -d 'Trust the certificates of every PEM file in this folder in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l ca -d 'Trust the system\'s certificates, or those of Mozilla that mqx has with it: system or bundled [default: system]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l cert -d 'The certificate to show to the server, in PEM; needs --key' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l key -d 'The key of the certificate, in PEM: PKCS#8, encrypted or not, PKCS#1 or SEC1. It may be in the same file' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l keypass-file -d 'The file that has the passphrase of an encrypted key; one newline at its end is taken off. MQX_KEYPASS may have it, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l keypass-from -d 'Where the passphrase comes from: env:NAME, file:PATH, cmd:COMMAND or prompt [default: prompt, if one is needed]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l tls-version -d 'Speak exactly this version of TLS, 1.2 or 1.3 [default: either]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l ciphers -d 'Offer these ciphers only, by their IANA names with : or , between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l alpn -d 'Offer these application protocols (ALPN), with commas between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l servername -d 'Ask the server for this name, and find it in its certificate, in place of the host\'s' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l pin -d 'Accept only a server with this public key, sha256:HASH in Base64 or hexadecimal; may be repeated. With --insecure, nothing else is checked' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l tls-keylog -d 'Write the secrets of each connection to this file, for a network analyser; SSLKEYLOGFILE does so, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l psk -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l psk-identity -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l tls-engine -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l tls-engine-kpass-sha1 -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l keyform -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l proxy -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l profile -d 'Take settings from this profile; mqx profile --help says more' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s D -l property -d 'A property of a packet as mosquitto\'s clients have it: COMMAND is connect, publish, subscribe, unsubscribe, disconnect or will; user-property takes NAME KEY VALUE' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s o -l options -d 'Take options from this file, as mosquitto\'s clients have it: one a line, the rest of the line is its value' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s R -l no-retained -d 'Leave retained messages out'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l retain-as-published -d 'Have the retain flag of every message as its publisher set it'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l no-local -d 'Leave out what this client itself publishes'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s E -l exit-after-subscribe -d 'End when the broker has answered the subscriptions, as to make a session that is kept with -c'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l retained-only -d 'Leave out what is not retained, and end when all that is retained has come: the broker has answered a PINGREQ sent after the subscriptions, and nothing retained came for the D of --idle [default: 1s]'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l embedded -d 'Start a broker in this process, for when you have none'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s v -l verbose -d 'Print topic, space, payload'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s N -l no-newline -d 'Print no newline after a payload'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l json -d 'Print a JSON object a line: time, topic, payload and all properties'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l json-payload -d 'The same, with a payload that is JSON as a value in it and not as text'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l pretty -d 'Lay JSON out over lines, in --json, in %j, %J and {json} of -F, and for a person at a terminal'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l properties -d 'Show the properties of a message below it, for a person at a terminal'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l null -d 'End each message with a NUL in place of a newline'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l length-prefixed -d 'Print the length of the payload in four bytes, the highest first, before it; with -v the topic and its length before that'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l raw -d 'Print the bytes as they came, on a terminal too'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l shell -d 'Have sh read the command of --exec; without, it is split into words as by a shell, and nothing else in it has a meaning'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l message-rate -d 'Tell messages a second on stderr, once a second: all, and those of the busiest topics'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l ws -d 'WebSocket, as mosquitto\'s clients have it; ws:// and wss:// are the same'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l ipv4 -d 'Use IPv4 only'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l ipv6 -d 'Use IPv6 only'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l ask-password -d 'Ask for the password on the terminal'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s c -l no-clean -d 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l retry-first -d 'Try again when the first connection fails, too'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s d -l debug -d 'Tell each packet that is sent and received, in words, on stderr'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l quiet -d 'Print no notes; warnings and errors stay'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l request-response-information -d 'Ask the broker where answers to this client may go; mqx rr does so by itself'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l no-request-problem-information -d 'Ask the broker to explain nothing: no reason strings, and no user properties except on messages'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l needs-mqtt-5 -d 'Given by what `-D` is made into'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-retain -d 'Ask the broker to retain the will'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-on-exit -d 'Publish the will at the end of the run, too'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l tls -d 'Speak TLS; any other option of TLS and port 8883 mean it too'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l no-tls -d 'Speak plain MQTT, on port 8883 too'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l insecure -d 'Check nothing of the server\'s certificate: anyone can read along'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s w -l watch
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s S -l srv
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l remove-retained
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l nodelay -d 'TCP_NODELAY is always on'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s t -l topic -d 'The topic' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s m -l message -d 'The message' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s f -l file -d 'The file that is the message' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l encoding -d 'What is typed or read is bytes written as text: publish the bytes; spaces and ends of lines in it are read over' -r -f -a "hex\t''
base64\t''"
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s q -l qos -d 'QoS 0, 1 or 2 of the request, and the highest of its answers [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l content-type -d 'Content type of the message, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l expiry -d 'How long the message is worth delivering, in whole seconds or with a unit; the time that it waits here is taken off' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l payload-format -d 'What the message is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l user-property -d 'A user property of the message, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s e -l response-topic -d 'The topic that answers come on; 3.1.1 needs it [default: one of this run\'s own]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l correlation-data -d 'What answers to this request carry: text, hex:…, base64:… or @FILE [default: 16 random bytes]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l replies -d 'How many answers to wait for: a number, or all that come before -W [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l retain-handling -d 'When retained messages are sent, which is never' -r -f -a "always\t''
new\t''
never\t''"
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s F -l format -d 'Print as FORMAT says: %t topic, %p payload, %x hex, %I time, {content_type}, {user_property:NAME}, … (mosquitto\'s letters, and {name} for each name of --json); -v is ignored' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s h -l host -d 'Host name or address of the broker, HOST or HOST:PORT; several with commas are tried in order' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s p -l port -d 'Port [default: 1883, with TLS 8883]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s L -l url -d 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; ws://HOST[:PORT][/PATH], wss:// with TLS; unix:PATH. Several are tried in order. Other users of this machine can see a password in it' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l unix -d 'The path of a Unix socket, as mosquitto\'s clients have it; unix:PATH is the same' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s A -l bind -d 'Connect from this address of this machine' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l connect-to -d 'Dial this host and port; TLS and WebSocket still name the broker\'s host' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l ws-header -d 'A header for the upgrade of ws:// and wss://, \'Name: value\'; as often as needed. Other users of this machine can see it' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l connect-timeout -d 'The most time until the broker has accepted the connection' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s u -l username -d 'User name' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s P -l password -d 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l password-file -d 'The file that has the password; one newline at its end is taken off; it is read again for each connection' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l password-from -d 'Where the password comes from: env:NAME, file:PATH, cmd:COMMAND (read again for each connection) or prompt' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s i -l id -d 'Client identifier [default: mqx and 12 random characters]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s I -l id-prefix -d 'What the client identifier begins with; 12 random characters follow' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s k -l keepalive -d 'Seconds without traffic after which the connection is checked; 0 never checks' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s x -l session-expiry -d 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s V -l mqtt-version -d 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s M -l max-inflight -d 'The most messages of QoS 1 and 2 on their way at a time' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l receive-maximum -d 'The most messages of QoS 1 and 2 that the broker may have on their way to here [default: 1000, and 1 where the command takes no messages]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l max-packet -d 'The largest packet that is taken from the broker, in bytes or with a unit, like 64k or 1MiB; a larger one ends the run' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l retry -d 'How long to try again when the connection is lost: never, forever, or D without progress [default: forever, or 60 where the command ends by itself]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l connect-user-property -d 'A user property of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l disconnect-user-property -d 'A user property of the end of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l disconnect-reason -d 'Tell the broker why this run ends' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l disconnect-expiry -d 'How long the broker keeps the session from the end of this run on, in whole seconds or with a unit' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l topic-alias-maximum -d 'The most topics that the broker may have short names for, 0 to 1000 [default: 16]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-topic -d 'Where the broker publishes the will when this client goes without a word' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-payload -d 'The message of the will [default: empty]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-file -d 'The file that is the message of the will' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-qos -d 'QoS of the will, 0, 1 or 2 [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-delay -d 'How long the broker waits with the will, in whole seconds or with a unit; this client may come back until then' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-expiry -d 'How long the will, once published, is worth delivering' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-content-type -d 'Content type of the will, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-payload-format -d 'What the message of the will is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-response-topic -d 'Where an answer to the will goes' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-correlation-data -d 'What an answer to the will carries: text, hex:…, base64:… or @FILE' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-user-property -d 'A user property of the will, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l cafile -d 'Trust the certificates of this PEM file in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l capath -d 'Trust the certificates of every PEM file in this folder in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l ca -d 'Trust the system\'s certificates, or those of Mozilla that mqx has with it: system or bundled [default: system]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l cert -d 'The certificate to show to the server, in PEM; needs --key' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l key -d 'The key of the certificate, in PEM: PKCS#8, encrypted or not, PKCS#1 or SEC1. It may be in the same file' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l keypass-file -d 'The file that has the passphrase of an encrypted key; one newline at its end is taken off. MQX_KEYPASS may have it, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l keypass-from -d 'Where the passphrase comes from: env:NAME, file:PATH, cmd:COMMAND or prompt [default: prompt, if one is needed]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l tls-version -d 'Speak exactly this version of TLS, 1.2 or 1.3 [default: either]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l ciphers -d 'Offer these ciphers only, by their IANA names with : or , between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l alpn -d 'Offer these application protocols (ALPN), with commas between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l servername -d 'Ask the server for this name, and find it in its certificate, in place of the host\'s' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l pin -d 'Accept only a server with this public key, sha256:HASH in Base64 or hexadecimal; may be repeated. With --insecure, nothing else is checked' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l tls-keylog -d 'Write the secrets of each connection to this file, for a network analyser; SSLKEYLOGFILE does so, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l psk -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l psk-identity -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l tls-engine -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l tls-engine-kpass-sha1 -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l keyform -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l proxy -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s W -l timeout -d 'Give up after D, with exit status 27, when the answers did not come by then [default: 30]' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l profile -d 'Take settings from this profile; mqx profile --help says more' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s D -l property -d 'A property of a packet as mosquitto\'s clients have it: COMMAND is connect, publish, subscribe, unsubscribe, disconnect or will; user-property takes NAME KEY VALUE' -r
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s o -l options -d 'Take options from this file, as mosquitto\'s clients have it: one a line, the rest of the line is its value' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s s -l stdin -d 'All of stdin is the message'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s n -l empty -d 'The message is empty'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l latency -d 'Say on stderr how long each answer took'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s R -l no-retained -d 'Leave retained messages out, which is always so'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l retain-as-published -d 'Have the retain flag of messages as it was published; an answer has none'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s v -l verbose -d 'Print topic, space, payload'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s N -l no-newline -d 'Print no newline after a payload'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l json -d 'Print a JSON object a line: time, topic, payload and all properties'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l json-payload -d 'The same, with a payload that is JSON as a value in it and not as text'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l pretty -d 'Lay JSON out over lines, in --json, in %j, %J and {json} of -F, and for a person at a terminal'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l properties -d 'Show the properties of a message below it, for a person at a terminal'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l null -d 'End each message with a NUL in place of a newline'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l length-prefixed -d 'Print the length of the payload in four bytes, the highest first, before it; with -v the topic and its length before that'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l raw -d 'Print the bytes as they came, on a terminal too'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l ws -d 'WebSocket, as mosquitto\'s clients have it; ws:// and wss:// are the same'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l ipv4 -d 'Use IPv4 only'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l ipv6 -d 'Use IPv6 only'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l ask-password -d 'Ask for the password on the terminal'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s c -l no-clean -d 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l retry-first -d 'Try again when the first connection fails, too'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s d -l debug -d 'Tell each packet that is sent and received, in words, on stderr'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l quiet -d 'Print no notes; warnings and errors stay'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l request-response-information -d 'Ask the broker where answers to this client may go; mqx rr does so by itself'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l no-request-problem-information -d 'Ask the broker to explain nothing: no reason strings, and no user properties except on messages'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l needs-mqtt-5 -d 'Given by what `-D` is made into'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-retain -d 'Ask the broker to retain the will'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l will-on-exit -d 'Publish the will at the end of the run, too'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l tls -d 'Speak TLS; any other option of TLS and port 8883 mean it too'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l no-tls -d 'Speak plain MQTT, on port 8883 too'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l insecure -d 'Check nothing of the server\'s certificate: anyone can read along'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s w -l watch
complete -c mqx -n "__fish_mqx_using_subcommand rr" -s S -l srv
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l remove-retained
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l nodelay -d 'TCP_NODELAY is always on'
complete -c mqx -n "__fish_mqx_using_subcommand rr" -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand request" -s t -l topic -d 'The topic' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s m -l message -d 'The message' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s f -l file -d 'The file that is the message' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand request" -l encoding -d 'What is typed or read is bytes written as text: publish the bytes; spaces and ends of lines in it are read over' -r -f -a "hex\t''
base64\t''"
complete -c mqx -n "__fish_mqx_using_subcommand request" -s q -l qos -d 'QoS 0, 1 or 2 of the request, and the highest of its answers [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l content-type -d 'Content type of the message, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l expiry -d 'How long the message is worth delivering, in whole seconds or with a unit; the time that it waits here is taken off' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l payload-format -d 'What the message is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l user-property -d 'A user property of the message, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s e -l response-topic -d 'The topic that answers come on; 3.1.1 needs it [default: one of this run\'s own]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l correlation-data -d 'What answers to this request carry: text, hex:…, base64:… or @FILE [default: 16 random bytes]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l replies -d 'How many answers to wait for: a number, or all that come before -W [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l retain-handling -d 'When retained messages are sent, which is never' -r -f -a "always\t''
new\t''
never\t''"
complete -c mqx -n "__fish_mqx_using_subcommand request" -s F -l format -d 'Print as FORMAT says: %t topic, %p payload, %x hex, %I time, {content_type}, {user_property:NAME}, … (mosquitto\'s letters, and {name} for each name of --json); -v is ignored' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s h -l host -d 'Host name or address of the broker, HOST or HOST:PORT; several with commas are tried in order' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s p -l port -d 'Port [default: 1883, with TLS 8883]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s L -l url -d 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; ws://HOST[:PORT][/PATH], wss:// with TLS; unix:PATH. Several are tried in order. Other users of this machine can see a password in it' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l unix -d 'The path of a Unix socket, as mosquitto\'s clients have it; unix:PATH is the same' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand request" -s A -l bind -d 'Connect from this address of this machine' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l connect-to -d 'Dial this host and port; TLS and WebSocket still name the broker\'s host' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l ws-header -d 'A header for the upgrade of ws:// and wss://, \'Name: value\'; as often as needed. Other users of this machine can see it' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l connect-timeout -d 'The most time until the broker has accepted the connection' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s u -l username -d 'User name' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s P -l password -d 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l password-file -d 'The file that has the password; one newline at its end is taken off; it is read again for each connection' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand request" -l password-from -d 'Where the password comes from: env:NAME, file:PATH, cmd:COMMAND (read again for each connection) or prompt' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s i -l id -d 'Client identifier [default: mqx and 12 random characters]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s I -l id-prefix -d 'What the client identifier begins with; 12 random characters follow' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s k -l keepalive -d 'Seconds without traffic after which the connection is checked; 0 never checks' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s x -l session-expiry -d 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s V -l mqtt-version -d 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s M -l max-inflight -d 'The most messages of QoS 1 and 2 on their way at a time' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l receive-maximum -d 'The most messages of QoS 1 and 2 that the broker may have on their way to here [default: 1000, and 1 where the command takes no messages]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l max-packet -d 'The largest packet that is taken from the broker, in bytes or with a unit, like 64k or 1MiB; a larger one ends the run' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l retry -d 'How long to try again when the connection is lost: never, forever, or D without progress [default: forever, or 60 where the command ends by itself]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l connect-user-property -d 'A user property of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l disconnect-user-property -d 'A user property of the end of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l disconnect-reason -d 'Tell the broker why this run ends' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l disconnect-expiry -d 'How long the broker keeps the session from the end of this run on, in whole seconds or with a unit' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l topic-alias-maximum -d 'The most topics that the broker may have short names for, 0 to 1000 [default: 16]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-topic -d 'Where the broker publishes the will when this client goes without a word' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-payload -d 'The message of the will [default: empty]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-file -d 'The file that is the message of the will' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-qos -d 'QoS of the will, 0, 1 or 2 [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-delay -d 'How long the broker waits with the will, in whole seconds or with a unit; this client may come back until then' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-expiry -d 'How long the will, once published, is worth delivering' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-content-type -d 'Content type of the will, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-payload-format -d 'What the message of the will is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-response-topic -d 'Where an answer to the will goes' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-correlation-data -d 'What an answer to the will carries: text, hex:…, base64:… or @FILE' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-user-property -d 'A user property of the will, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l cafile -d 'Trust the certificates of this PEM file in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand request" -l capath -d 'Trust the certificates of every PEM file in this folder in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand request" -l ca -d 'Trust the system\'s certificates, or those of Mozilla that mqx has with it: system or bundled [default: system]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l cert -d 'The certificate to show to the server, in PEM; needs --key' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand request" -l key -d 'The key of the certificate, in PEM: PKCS#8, encrypted or not, PKCS#1 or SEC1. It may be in the same file' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand request" -l keypass-file -d 'The file that has the passphrase of an encrypted key; one newline at its end is taken off. MQX_KEYPASS may have it, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand request" -l keypass-from -d 'Where the passphrase comes from: env:NAME, file:PATH, cmd:COMMAND or prompt [default: prompt, if one is needed]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l tls-version -d 'Speak exactly this version of TLS, 1.2 or 1.3 [default: either]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l ciphers -d 'Offer these ciphers only, by their IANA names with : or , between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l alpn -d 'Offer these application protocols (ALPN), with commas between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l servername -d 'Ask the server for this name, and find it in its certificate, in place of the host\'s' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l pin -d 'Accept only a server with this public key, sha256:HASH in Base64 or hexadecimal; may be repeated. With --insecure, nothing else is checked' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l tls-keylog -d 'Write the secrets of each connection to this file, for a network analyser; SSLKEYLOGFILE does so, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand request" -l psk -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l psk-identity -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l tls-engine -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l tls-engine-kpass-sha1 -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l keyform -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l proxy -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s W -l timeout -d 'Give up after D, with exit status 27, when the answers did not come by then [default: 30]' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -l profile -d 'Take settings from this profile; mqx profile --help says more' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s D -l property -d 'A property of a packet as mosquitto\'s clients have it: COMMAND is connect, publish, subscribe, unsubscribe, disconnect or will; user-property takes NAME KEY VALUE' -r
complete -c mqx -n "__fish_mqx_using_subcommand request" -s o -l options -d 'Take options from this file, as mosquitto\'s clients have it: one a line, the rest of the line is its value' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand request" -s s -l stdin -d 'All of stdin is the message'
complete -c mqx -n "__fish_mqx_using_subcommand request" -s n -l empty -d 'The message is empty'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l latency -d 'Say on stderr how long each answer took'
complete -c mqx -n "__fish_mqx_using_subcommand request" -s R -l no-retained -d 'Leave retained messages out, which is always so'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l retain-as-published -d 'Have the retain flag of messages as it was published; an answer has none'
complete -c mqx -n "__fish_mqx_using_subcommand request" -s v -l verbose -d 'Print topic, space, payload'
complete -c mqx -n "__fish_mqx_using_subcommand request" -s N -l no-newline -d 'Print no newline after a payload'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l json -d 'Print a JSON object a line: time, topic, payload and all properties'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l json-payload -d 'The same, with a payload that is JSON as a value in it and not as text'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l pretty -d 'Lay JSON out over lines, in --json, in %j, %J and {json} of -F, and for a person at a terminal'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l properties -d 'Show the properties of a message below it, for a person at a terminal'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l null -d 'End each message with a NUL in place of a newline'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l length-prefixed -d 'Print the length of the payload in four bytes, the highest first, before it; with -v the topic and its length before that'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l raw -d 'Print the bytes as they came, on a terminal too'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l ws -d 'WebSocket, as mosquitto\'s clients have it; ws:// and wss:// are the same'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l ipv4 -d 'Use IPv4 only'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l ipv6 -d 'Use IPv6 only'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l ask-password -d 'Ask for the password on the terminal'
complete -c mqx -n "__fish_mqx_using_subcommand request" -s c -l no-clean -d 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l retry-first -d 'Try again when the first connection fails, too'
complete -c mqx -n "__fish_mqx_using_subcommand request" -s d -l debug -d 'Tell each packet that is sent and received, in words, on stderr'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l quiet -d 'Print no notes; warnings and errors stay'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l request-response-information -d 'Ask the broker where answers to this client may go; mqx rr does so by itself'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l no-request-problem-information -d 'Ask the broker to explain nothing: no reason strings, and no user properties except on messages'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l needs-mqtt-5 -d 'Given by what `-D` is made into'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-retain -d 'Ask the broker to retain the will'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l will-on-exit -d 'Publish the will at the end of the run, too'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l tls -d 'Speak TLS; any other option of TLS and port 8883 mean it too'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l no-tls -d 'Speak plain MQTT, on port 8883 too'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l insecure -d 'Check nothing of the server\'s certificate: anyone can read along'
complete -c mqx -n "__fish_mqx_using_subcommand request" -s w -l watch
complete -c mqx -n "__fish_mqx_using_subcommand request" -s S -l srv
complete -c mqx -n "__fish_mqx_using_subcommand request" -l remove-retained
complete -c mqx -n "__fish_mqx_using_subcommand request" -l nodelay -d 'TCP_NODELAY is always on'
complete -c mqx -n "__fish_mqx_using_subcommand request" -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s t -l topic -d 'One more filter, as often as needed; these come before the others' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l with -d 'Answer with TEXT, or with what is in FILE' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l jobs -d 'Run up to N processes of --exec at once, 1 to 1000; they start in order, and may end in another [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l share -d 'Take the requests in turns with all others of this group: $share/GROUP/FILTER' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s q -l qos -d 'QoS 0, 1 or 2 of answers, and the highest of requests [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l exec -d 'Answer with what CMD prints: it runs for each request, payload on its stdin, topic and properties in MQX_TOPIC, MQX_QOS, …; one that fails is told, gives no answer, and the exit status is 1' -r -f -a "(__fish_complete_command)"
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l content-type -d 'Content type of the message, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l expiry -d 'How long the message is worth delivering, in whole seconds or with a unit; the time that it waits here is taken off' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l payload-format -d 'What the message is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l user-property -d 'A user property of the message, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s e -l response-topic -d 'Where an answer goes whose request does not say it, as none does in 3.1.1' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l correlation-data -d 'What an answer carries whose request has no such data: text, hex:…, base64:… or @FILE' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l for -d 'Run for D, then end with exit status 0' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s W -l timeout -d 'Give up after D, with exit status 27, when what was asked for is not done by then' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s h -l host -d 'Host name or address of the broker, HOST or HOST:PORT; several with commas are tried in order' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s p -l port -d 'Port [default: 1883, with TLS 8883]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s L -l url -d 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; ws://HOST[:PORT][/PATH], wss:// with TLS; unix:PATH. Several are tried in order. Other users of this machine can see a password in it' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l unix -d 'The path of a Unix socket, as mosquitto\'s clients have it; unix:PATH is the same' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s A -l bind -d 'Connect from this address of this machine' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l connect-to -d 'Dial this host and port; TLS and WebSocket still name the broker\'s host' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l ws-header -d 'A header for the upgrade of ws:// and wss://, \'Name: value\'; as often as needed. Other users of this machine can see it' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l connect-timeout -d 'The most time until the broker has accepted the connection' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s u -l username -d 'User name' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s P -l password -d 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l password-file -d 'The file that has the password; one newline at its end is taken off; it is read again for each connection' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l password-from -d 'Where the password comes from: env:NAME, file:PATH, cmd:COMMAND (read again for each connection) or prompt' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s i -l id -d 'Client identifier [default: mqx and 12 random characters]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s I -l id-prefix -d 'What the client identifier begins with; 12 random characters follow' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s k -l keepalive -d 'Seconds without traffic after which the connection is checked; 0 never checks' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s x -l session-expiry -d 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s V -l mqtt-version -d 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s M -l max-inflight -d 'The most messages of QoS 1 and 2 on their way at a time' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l receive-maximum -d 'The most messages of QoS 1 and 2 that the broker may have on their way to here [default: 1000, and 1 where the command takes no messages]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l max-packet -d 'The largest packet that is taken from the broker, in bytes or with a unit, like 64k or 1MiB; a larger one ends the run' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l retry -d 'How long to try again when the connection is lost: never, forever, or D without progress [default: forever, or 60 where the command ends by itself]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l connect-user-property -d 'A user property of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l disconnect-user-property -d 'A user property of the end of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l disconnect-reason -d 'Tell the broker why this run ends' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l disconnect-expiry -d 'How long the broker keeps the session from the end of this run on, in whole seconds or with a unit' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l topic-alias-maximum -d 'The most topics that the broker may have short names for, 0 to 1000 [default: 16]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-topic -d 'Where the broker publishes the will when this client goes without a word' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-payload -d 'The message of the will [default: empty]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-file -d 'The file that is the message of the will' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-qos -d 'QoS of the will, 0, 1 or 2 [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-delay -d 'How long the broker waits with the will, in whole seconds or with a unit; this client may come back until then' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-expiry -d 'How long the will, once published, is worth delivering' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-content-type -d 'Content type of the will, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-payload-format -d 'What the message of the will is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-response-topic -d 'Where an answer to the will goes' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-correlation-data -d 'What an answer to the will carries: text, hex:…, base64:… or @FILE' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-user-property -d 'A user property of the will, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l cafile -d 'Trust the certificates of this PEM file in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l capath -d 'Trust the certificates of every PEM file in this folder in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l ca -d 'Trust the system\'s certificates, or those of Mozilla that mqx has with it: system or bundled [default: system]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l cert -d 'The certificate to show to the server, in PEM; needs --key' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l key -d 'The key of the certificate, in PEM: PKCS#8, encrypted or not, PKCS#1 or SEC1. It may be in the same file' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l keypass-file -d 'The file that has the passphrase of an encrypted key; one newline at its end is taken off. MQX_KEYPASS may have it, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l keypass-from -d 'Where the passphrase comes from: env:NAME, file:PATH, cmd:COMMAND or prompt [default: prompt, if one is needed]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l tls-version -d 'Speak exactly this version of TLS, 1.2 or 1.3 [default: either]' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l ciphers -d 'Offer these ciphers only, by their IANA names with : or , between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l alpn -d 'Offer these application protocols (ALPN), with commas between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l servername -d 'Ask the server for this name, and find it in its certificate, in place of the host\'s' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l pin -d 'Accept only a server with this public key, sha256:HASH in Base64 or hexadecimal; may be repeated. With --insecure, nothing else is checked' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l tls-keylog -d 'Write the secrets of each connection to this file, for a network analyser; SSLKEYLOGFILE does so, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l psk -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l psk-identity -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l tls-engine -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l tls-engine-kpass-sha1 -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l keyform -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l proxy -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s C -l count -d 'End after N requests were answered' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l profile -d 'Take settings from this profile; mqx profile --help says more' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s D -l property -d 'A property of a packet as mosquitto\'s clients have it: COMMAND is connect, publish, subscribe, unsubscribe, disconnect or will; user-property takes NAME KEY VALUE' -r
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s o -l options -d 'Take options from this file, as mosquitto\'s clients have it: one a line, the rest of the line is its value' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l echo -d 'Answer with the request itself: its payload, content type, payload format and user properties'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l template -d 'Fill in {payload}, {topic} and whatever else sub -F has of the request, {counter}, {time} and whatever else pub --template knows, anew in each answer of --with; {{ is a {'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l shell -d 'Have sh read the command of --exec; without, it is split into words as by a shell, and nothing else in it has a meaning'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l ws -d 'WebSocket, as mosquitto\'s clients have it; ws:// and wss:// are the same'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l ipv4 -d 'Use IPv4 only'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l ipv6 -d 'Use IPv6 only'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l ask-password -d 'Ask for the password on the terminal'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s c -l no-clean -d 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l retry-first -d 'Try again when the first connection fails, too'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s d -l debug -d 'Tell each packet that is sent and received, in words, on stderr'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l quiet -d 'Print no notes; warnings and errors stay'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l request-response-information -d 'Ask the broker where answers to this client may go; mqx rr does so by itself'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l no-request-problem-information -d 'Ask the broker to explain nothing: no reason strings, and no user properties except on messages'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l needs-mqtt-5 -d 'Given by what `-D` is made into'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-retain -d 'Ask the broker to retain the will'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l will-on-exit -d 'Publish the will at the end of the run, too'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l tls -d 'Speak TLS; any other option of TLS and port 8883 mean it too'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l no-tls -d 'Speak plain MQTT, on port 8883 too'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l insecure -d 'Check nothing of the server\'s certificate: anyone can read along'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s w -l watch
complete -c mqx -n "__fish_mqx_using_subcommand reply" -s S -l srv
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l remove-retained
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l nodelay -d 'TCP_NODELAY is always on'
complete -c mqx -n "__fish_mqx_using_subcommand reply" -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s t -l topic -d 'One more filter, as often as needed; these come before the others' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s T -l filter-out -d 'Leave topics out that match FILTER, as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s q -l qos -d 'list: the highest QoS to tell apart, 0, 1 or 2; with 0 none is told [default: 2]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l idle -d 'All is found when the broker has answered and nothing retained came for D' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s W -l timeout -d 'Give up after D, with exit status 27, when what was asked for is not done by then' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s h -l host -d 'Host name or address of the broker, HOST or HOST:PORT; several with commas are tried in order' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s p -l port -d 'Port [default: 1883, with TLS 8883]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s L -l url -d 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; ws://HOST[:PORT][/PATH], wss:// with TLS; unix:PATH. Several are tried in order. Other users of this machine can see a password in it' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l unix -d 'The path of a Unix socket, as mosquitto\'s clients have it; unix:PATH is the same' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s A -l bind -d 'Connect from this address of this machine' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l connect-to -d 'Dial this host and port; TLS and WebSocket still name the broker\'s host' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l ws-header -d 'A header for the upgrade of ws:// and wss://, \'Name: value\'; as often as needed. Other users of this machine can see it' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l connect-timeout -d 'The most time until the broker has accepted the connection' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s u -l username -d 'User name' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s P -l password -d 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l password-file -d 'The file that has the password; one newline at its end is taken off; it is read again for each connection' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l password-from -d 'Where the password comes from: env:NAME, file:PATH, cmd:COMMAND (read again for each connection) or prompt' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s i -l id -d 'Client identifier [default: mqx and 12 random characters]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s I -l id-prefix -d 'What the client identifier begins with; 12 random characters follow' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s k -l keepalive -d 'Seconds without traffic after which the connection is checked; 0 never checks' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s x -l session-expiry -d 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s V -l mqtt-version -d 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s M -l max-inflight -d 'The most messages of QoS 1 and 2 on their way at a time' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l receive-maximum -d 'The most messages of QoS 1 and 2 that the broker may have on their way to here [default: 1000, and 1 where the command takes no messages]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l max-packet -d 'The largest packet that is taken from the broker, in bytes or with a unit, like 64k or 1MiB; a larger one ends the run' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l retry -d 'How long to try again when the connection is lost: never, forever, or D without progress [default: forever, or 60 where the command ends by itself]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l connect-user-property -d 'A user property of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l disconnect-user-property -d 'A user property of the end of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l disconnect-reason -d 'Tell the broker why this run ends' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l disconnect-expiry -d 'How long the broker keeps the session from the end of this run on, in whole seconds or with a unit' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l topic-alias-maximum -d 'The most topics that the broker may have short names for, 0 to 1000 [default: 16]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-topic -d 'Where the broker publishes the will when this client goes without a word' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-payload -d 'The message of the will [default: empty]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-file -d 'The file that is the message of the will' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-qos -d 'QoS of the will, 0, 1 or 2 [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-delay -d 'How long the broker waits with the will, in whole seconds or with a unit; this client may come back until then' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-expiry -d 'How long the will, once published, is worth delivering' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-content-type -d 'Content type of the will, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-payload-format -d 'What the message of the will is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-response-topic -d 'Where an answer to the will goes' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-correlation-data -d 'What an answer to the will carries: text, hex:…, base64:… or @FILE' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-user-property -d 'A user property of the will, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l cafile -d 'Trust the certificates of this PEM file in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l capath -d 'Trust the certificates of every PEM file in this folder in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l ca -d 'Trust the system\'s certificates, or those of Mozilla that mqx has with it: system or bundled [default: system]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l cert -d 'The certificate to show to the server, in PEM; needs --key' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l key -d 'The key of the certificate, in PEM: PKCS#8, encrypted or not, PKCS#1 or SEC1. It may be in the same file' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l keypass-file -d 'The file that has the passphrase of an encrypted key; one newline at its end is taken off. MQX_KEYPASS may have it, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l keypass-from -d 'Where the passphrase comes from: env:NAME, file:PATH, cmd:COMMAND or prompt [default: prompt, if one is needed]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l tls-version -d 'Speak exactly this version of TLS, 1.2 or 1.3 [default: either]' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l ciphers -d 'Offer these ciphers only, by their IANA names with : or , between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l alpn -d 'Offer these application protocols (ALPN), with commas between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l servername -d 'Ask the server for this name, and find it in its certificate, in place of the host\'s' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l pin -d 'Accept only a server with this public key, sha256:HASH in Base64 or hexadecimal; may be repeated. With --insecure, nothing else is checked' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l tls-keylog -d 'Write the secrets of each connection to this file, for a network analyser; SSLKEYLOGFILE does so, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l psk -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l psk-identity -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l tls-engine -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l tls-engine-kpass-sha1 -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l keyform -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l proxy -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l profile -d 'Take settings from this profile; mqx profile --help says more' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s D -l property -d 'A property of a packet as mosquitto\'s clients have it: COMMAND is connect, publish, subscribe, unsubscribe, disconnect or will; user-property takes NAME KEY VALUE' -r
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s o -l options -d 'Take options from this file, as mosquitto\'s clients have it: one a line, the rest of the line is its value' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l dry-run -d 'clear: print the topics, and clear nothing'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l yes -d 'clear: do not ask, which is else done before more than 10 are cleared'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l json -d 'list: print a JSON object a line: time, topic, payload and all properties'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l ws -d 'WebSocket, as mosquitto\'s clients have it; ws:// and wss:// are the same'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l ipv4 -d 'Use IPv4 only'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l ipv6 -d 'Use IPv6 only'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l ask-password -d 'Ask for the password on the terminal'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s c -l no-clean -d 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l retry-first -d 'Try again when the first connection fails, too'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s d -l debug -d 'Tell each packet that is sent and received, in words, on stderr'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l quiet -d 'Print no notes; warnings and errors stay'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l request-response-information -d 'Ask the broker where answers to this client may go; mqx rr does so by itself'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l no-request-problem-information -d 'Ask the broker to explain nothing: no reason strings, and no user properties except on messages'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l needs-mqtt-5 -d 'Given by what `-D` is made into'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-retain -d 'Ask the broker to retain the will'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l will-on-exit -d 'Publish the will at the end of the run, too'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l tls -d 'Speak TLS; any other option of TLS and port 8883 mean it too'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l no-tls -d 'Speak plain MQTT, on port 8883 too'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l insecure -d 'Check nothing of the server\'s certificate: anyone can read along'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s w -l watch
complete -c mqx -n "__fish_mqx_using_subcommand retained" -s S -l srv
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l remove-retained
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l nodelay -d 'TCP_NODELAY is always on'
complete -c mqx -n "__fish_mqx_using_subcommand retained" -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s t -l topic -d 'The topic [default: TEMPERATURE]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l min -d 'The lowest temperature' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l max -d 'The temperature that is never reached' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l interval -d 'Measure once every D (1.5, 500ms, 3s, 2m, 1h); 0 is as fast as possible' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l seed -d 'Measure the same temperatures as every run with this number' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s q -l qos -d 'QoS 0, 1 or 2 [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s C -l count -d 'End after N messages' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l for -d 'Run for D, then end with exit status 0' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s W -l timeout -d 'Give up after D, with exit status 27, when what was asked for is not done by then' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s h -l host -d 'Host name or address of the broker, HOST or HOST:PORT; several with commas are tried in order' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s p -l port -d 'Port [default: 1883, with TLS 8883]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s L -l url -d 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; ws://HOST[:PORT][/PATH], wss:// with TLS; unix:PATH. Several are tried in order. Other users of this machine can see a password in it' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l unix -d 'The path of a Unix socket, as mosquitto\'s clients have it; unix:PATH is the same' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s A -l bind -d 'Connect from this address of this machine' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l connect-to -d 'Dial this host and port; TLS and WebSocket still name the broker\'s host' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l ws-header -d 'A header for the upgrade of ws:// and wss://, \'Name: value\'; as often as needed. Other users of this machine can see it' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l connect-timeout -d 'The most time until the broker has accepted the connection' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s u -l username -d 'User name' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s P -l password -d 'Password; other users of this machine can see it here: rather use --password-file or MQX_PASSWORD' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l password-file -d 'The file that has the password; one newline at its end is taken off; it is read again for each connection' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l password-from -d 'Where the password comes from: env:NAME, file:PATH, cmd:COMMAND (read again for each connection) or prompt' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s i -l id -d 'Client identifier [default: mqx and 12 random characters]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s I -l id-prefix -d 'What the client identifier begins with; 12 random characters follow' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s k -l keepalive -d 'Seconds without traffic after which the connection is checked; 0 never checks' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s x -l session-expiry -d 'How long the broker keeps the session after the connection ended: D or never [default: 60, with -c never]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s V -l mqtt-version -d 'MQTT version, 5 or 311 [default: 5, or 3.1.1 if the broker does not speak 5]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s M -l max-inflight -d 'The most messages of QoS 1 and 2 on their way at a time' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l receive-maximum -d 'The most messages of QoS 1 and 2 that the broker may have on their way to here [default: 1000, and 1 where the command takes no messages]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l max-packet -d 'The largest packet that is taken from the broker, in bytes or with a unit, like 64k or 1MiB; a larger one ends the run' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l retry -d 'How long to try again when the connection is lost: never, forever, or D without progress [default: forever, or 60 where the command ends by itself]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l connect-user-property -d 'A user property of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l disconnect-user-property -d 'A user property of the end of the connection, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l disconnect-reason -d 'Tell the broker why this run ends' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l disconnect-expiry -d 'How long the broker keeps the session from the end of this run on, in whole seconds or with a unit' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l topic-alias-maximum -d 'The most topics that the broker may have short names for, 0 to 1000 [default: 16]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-topic -d 'Where the broker publishes the will when this client goes without a word' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-payload -d 'The message of the will [default: empty]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-file -d 'The file that is the message of the will' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-qos -d 'QoS of the will, 0, 1 or 2 [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-delay -d 'How long the broker waits with the will, in whole seconds or with a unit; this client may come back until then' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-expiry -d 'How long the will, once published, is worth delivering' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-content-type -d 'Content type of the will, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-payload-format -d 'What the message of the will is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-response-topic -d 'Where an answer to the will goes' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-correlation-data -d 'What an answer to the will carries: text, hex:…, base64:… or @FILE' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-user-property -d 'A user property of the will, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l cafile -d 'Trust the certificates of this PEM file in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l capath -d 'Trust the certificates of every PEM file in this folder in place of the system\'s' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l ca -d 'Trust the system\'s certificates, or those of Mozilla that mqx has with it: system or bundled [default: system]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l cert -d 'The certificate to show to the server, in PEM; needs --key' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l key -d 'The key of the certificate, in PEM: PKCS#8, encrypted or not, PKCS#1 or SEC1. It may be in the same file' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l keypass-file -d 'The file that has the passphrase of an encrypted key; one newline at its end is taken off. MQX_KEYPASS may have it, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l keypass-from -d 'Where the passphrase comes from: env:NAME, file:PATH, cmd:COMMAND or prompt [default: prompt, if one is needed]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l tls-version -d 'Speak exactly this version of TLS, 1.2 or 1.3 [default: either]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l ciphers -d 'Offer these ciphers only, by their IANA names with : or , between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l alpn -d 'Offer these application protocols (ALPN), with commas between them' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l servername -d 'Ask the server for this name, and find it in its certificate, in place of the host\'s' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l pin -d 'Accept only a server with this public key, sha256:HASH in Base64 or hexadecimal; may be repeated. With --insecure, nothing else is checked' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l tls-keylog -d 'Write the secrets of each connection to this file, for a network analyser; SSLKEYLOGFILE does so, too' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l psk -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l psk-identity -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l tls-engine -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l tls-engine-kpass-sha1 -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l keyform -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l proxy -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l profile -d 'Take settings from this profile; mqx profile --help says more' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s D -l property -d 'A property of a packet as mosquitto\'s clients have it: COMMAND is connect, publish, subscribe, unsubscribe, disconnect or will; user-property takes NAME KEY VALUE' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s o -l options -d 'Take options from this file, as mosquitto\'s clients have it: one a line, the rest of the line is its value' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l embedded -d 'Start a broker in this process, for when you have none'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l ws -d 'WebSocket, as mosquitto\'s clients have it; ws:// and wss:// are the same'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l ipv4 -d 'Use IPv4 only'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l ipv6 -d 'Use IPv6 only'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l ask-password -d 'Ask for the password on the terminal'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s c -l no-clean -d 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l retry-first -d 'Try again when the first connection fails, too'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s d -l debug -d 'Tell each packet that is sent and received, in words, on stderr'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l quiet -d 'Print no notes; warnings and errors stay'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l request-response-information -d 'Ask the broker where answers to this client may go; mqx rr does so by itself'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l no-request-problem-information -d 'Ask the broker to explain nothing: no reason strings, and no user properties except on messages'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l needs-mqtt-5 -d 'Given by what `-D` is made into'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-retain -d 'Ask the broker to retain the will'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-on-exit -d 'Publish the will at the end of the run, too'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l tls -d 'Speak TLS; any other option of TLS and port 8883 mean it too'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l no-tls -d 'Speak plain MQTT, on port 8883 too'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l insecure -d 'Check nothing of the server\'s certificate: anyone can read along'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s w -l watch
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s S -l srv
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l remove-retained
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l nodelay -d 'TCP_NODELAY is always on'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -s p -l port -d 'Port for plain MQTT on localhost, that is 127.0.0.1 and ::1; what listens when nothing else is named [default: 1883]' -r
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l listen -d 'Listen there for plain MQTT; port 0 is any that is free; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l ws-listen -d 'Listen there for WebSocket, at the path /mqtt; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l tls-cert -d 'The server\'s certificate, and those between it and its authority, PEM. Without --tls-listen or --wss-listen, TLS is then spoken on port 8883 of every address that plain MQTT is spoken on' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l tls-key -d 'The key of the certificate, PEM, not encrypted' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l tls-listen -d 'Listen there for TLS; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l wss-listen -d 'Listen there for WebSocket in TLS, at the path /mqtt; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l users -d 'Take only these users: lines NAME:HASH, as `mqx broker passwd` makes them. Read once, at the start' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l max-connections -d 'Connections at once; one more is closed' -r
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l max-packet -d 'The largest packet, in bytes or with a unit, announced to clients of MQTT 5' -r
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l max-memory -d 'The most bytes of messages held in all, or with a unit: on their way, retained, arriving. At the limit a publisher waits 2 seconds, then is disconnected' -r
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l allow-anonymous -d 'Take clients that name no user, on other addresses than localhost\'s and beside --users too'
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -l quiet -d 'Print no notes; warnings and errors stay'
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -s h -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand broker; and not __fish_seen_subcommand_from passwd" -f -a "passwd" -d 'Make a line of a users file: a user and the hash of a password'
complete -c mqx -n "__fish_mqx_using_subcommand broker; and __fish_seen_subcommand_from passwd" -s h -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand profile; and not __fish_seen_subcommand_from list show edit path" -s h -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand profile; and not __fish_seen_subcommand_from list show edit path" -f -a "list" -d 'Print the names of all profiles'
complete -c mqx -n "__fish_mqx_using_subcommand profile; and not __fish_seen_subcommand_from list show edit path" -f -a "show" -d 'Print what the settings of a connection are, and where each comes from; secrets are starred'
complete -c mqx -n "__fish_mqx_using_subcommand profile; and not __fish_seen_subcommand_from list show edit path" -f -a "edit" -d 'Open the file of the profiles in $VISUAL or $EDITOR, then check it'
complete -c mqx -n "__fish_mqx_using_subcommand profile; and not __fish_seen_subcommand_from list show edit path" -f -a "path" -d 'Print where the file of the profiles is'
complete -c mqx -n "__fish_mqx_using_subcommand profile; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand profile; and __fish_seen_subcommand_from show" -l for -d 'Only the options of this command' -r
complete -c mqx -n "__fish_mqx_using_subcommand profile; and __fish_seen_subcommand_from show" -l json -d 'Print a JSON object a line'
complete -c mqx -n "__fish_mqx_using_subcommand profile; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand profile; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand profile; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand completions" -s h -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand man" -s h -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand help" -s h -l help -d 'Print help'
