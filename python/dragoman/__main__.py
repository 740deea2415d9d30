from dragoman._console import main

main()
