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
complete -c mqx -n "__fish_mqx_needs_command" -f -a "sim-temp" -d 'Simulate a thermometer that publishes what it measures'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "broker" -d 'Run a broker on this machine, to try things on'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "profile" -d 'Show and edit profiles: settings of the connection under a name'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "man" -d 'Print the manual page'
complete -c mqx -n "__fish_mqx_needs_command" -f -a "help" -d 'Print the help of a command'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s W -l timeout -d 'Give up after D, with exit status 27, when what was asked for is not done by then' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s t -l topic -d 'The topic; given more than once, the message goes to each' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s m -l message -d 'The message' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s f -l file -d 'The file that is the message; with -l or --from-json, the file whose lines are messages' -r -F
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l encoding -d 'The message, or with -l each line, is bytes written as text: publish the bytes; spaces and ends of lines in it are read over' -r -f -a "hex\t''
base64\t''"
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s q -l qos -d 'QoS 0, 1 or 2 [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l repeat -d 'Publish the message N times' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l interval -d 'With --repeat: once every D (1.5, 500ms, 3s, 2m, 1h) [default: as fast as possible]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l content-type -d 'Content type of the message, like application/json' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l response-topic -d 'Where an answer to the message goes' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l correlation-data -d 'What an answer to the message carries: text, hex:…, base64:… or @FILE' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l expiry -d 'How long the message is worth delivering, in whole seconds or with a unit; the time that it waits here is taken off' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l payload-format -d 'What the message is: utf8 or bytes' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l user-property -d 'A user property of the message, NAME=VALUE; as often as needed' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s h -l host -d 'Host name or address of the broker, HOST or HOST:PORT; several with commas are tried in order' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s p -l port -d 'Port [default: 1883, with TLS 8883]' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s L -l url -d 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; ws://HOST[:PORT][/PATH], wss:// with TLS; unix:PATH. Several are tried in order. Other users of this machine can see a password in it' -r
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
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l profile -d 'Take settings from this profile; mqx profile --help says more' -r
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s s -l stdin -d 'All of stdin is the message'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s l -l lines -d 'Each line of stdin, or of -f FILE, is a message'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l from-json -d 'Each line of stdin, or of -f FILE, is a message as sub --json prints it, with topic, QoS, retain and properties of its own; TOPIC, -q, -r and the options of MQTT 5 are for lines that have none'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s n -l empty -d 'The message is empty; with -r, this removes the retained message of the topic'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s r -l retain -d 'Ask the broker to retain the message'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l stats -d 'Say at the end what was sent, what was acknowledged, and how fast'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l ipv4 -d 'Use IPv4 only'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l ipv6 -d 'Use IPv6 only'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l ask-password -d 'Ask for the password on the terminal'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -s c -l no-clean -d 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l retry-first -d 'Try again when the first connection fails, too'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l quiet -d 'Print no notes; warnings and errors stay'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-retain -d 'Ask the broker to retain the will'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l will-on-exit -d 'Publish the will at the end of the run, too'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l tls -d 'Speak TLS; any other option of TLS and port 8883 mean it too'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l no-tls -d 'Speak plain MQTT, on port 8883 too'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l insecure -d 'Check nothing of the server\'s certificate: anyone can read along'
complete -c mqx -n "__fish_mqx_using_subcommand pub" -l help -d 'Print help'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s t -l topic -d 'One more filter, as often as needed; these come before the others' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s q -l qos -d 'QoS 0, 1 or 2: one for all filters, or one for each in their order [default: 1]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s T -l filter-out -d 'Leave out messages whose topic matches FILTER, as often as needed; they do not count for -C' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l retain-handling -d 'When retained messages are sent: at each subscription, at a new one, or never [default: always]' -r -f -a "always\t''
new\t''
never\t''"
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l subscription-id -d 'The number, 1 to 268435455, that messages of these filters carry; --json shows it' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s C -l count -d 'End after N messages' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l for -d 'Run for D, then end with exit status 0' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s W -l timeout -d 'Give up after D, with exit status 27, when what was asked for is not done by then' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s h -l host -d 'Host name or address of the broker, HOST or HOST:PORT; several with commas are tried in order' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s p -l port -d 'Port [default: 1883, with TLS 8883]' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s L -l url -d 'Host, port, user and topic in one: mqtt://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC], mqtts:// with TLS; ws://HOST[:PORT][/PATH], wss:// with TLS; unix:PATH. Several are tried in order. Other users of this machine can see a password in it' -r
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
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l profile -d 'Take settings from this profile; mqx profile --help says more' -r
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s R -l no-retained -d 'Leave retained messages out'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l retain-as-published -d 'Have the retain flag of every message as its publisher set it'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l no-local -d 'Leave out what this client itself publishes'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s E -l exit-after-subscribe -d 'End when the broker has answered the subscriptions, as to make a session that is kept with -c'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l embedded -d 'Start a broker in this process, for when you have none'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s v -l verbose -d 'Print topic, space, payload'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s N -l no-newline -d 'Print no newline after a payload'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l json -d 'Print a JSON object a line: time, topic, payload and all properties'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l raw -d 'Print the bytes as they came, on a terminal too'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l ipv4 -d 'Use IPv4 only'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l ipv6 -d 'Use IPv6 only'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l ask-password -d 'Ask for the password on the terminal'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -s c -l no-clean -d 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l retry-first -d 'Try again when the first connection fails, too'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l quiet -d 'Print no notes; warnings and errors stay'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-retain -d 'Ask the broker to retain the will'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l will-on-exit -d 'Publish the will at the end of the run, too'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l tls -d 'Speak TLS; any other option of TLS and port 8883 mean it too'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l no-tls -d 'Speak plain MQTT, on port 8883 too'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l insecure -d 'Check nothing of the server\'s certificate: anyone can read along'
complete -c mqx -n "__fish_mqx_using_subcommand sub" -l help -d 'Print help'
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
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l profile -d 'Take settings from this profile; mqx profile --help says more' -r
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l embedded -d 'Start a broker in this process, for when you have none'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l ipv4 -d 'Use IPv4 only'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l ipv6 -d 'Use IPv6 only'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l ask-password -d 'Ask for the password on the terminal'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -s c -l no-clean -d 'Keep the session on the broker when this run ends, and take up an earlier one; needs -i'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l retry-first -d 'Try again when the first connection fails, too'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l quiet -d 'Print no notes; warnings and errors stay'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-retain -d 'Ask the broker to retain the will'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l will-on-exit -d 'Publish the will at the end of the run, too'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l tls -d 'Speak TLS; any other option of TLS and port 8883 mean it too'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l no-tls -d 'Speak plain MQTT, on port 8883 too'
complete -c mqx -n "__fish_mqx_using_subcommand sim-temp" -l insecure -d 'Check nothing of the server\'s certificate: anyone can read along'
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
